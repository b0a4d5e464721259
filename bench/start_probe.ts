/**
 * The phases of `./gorp ablate --quick` from the start of its process to its first training steps, as a JSON
 * value of seconds. Started by `start_bench.ts`, which says in milliseconds since 1970 when.
 *
 * Usage: `deno run -A start_probe.ts STARTED MODEL`.
 */
const [started, model] = Deno.args;
const phases: Record<string, number> = {};
let last = Number(started);

function end(phase: string): void {
  const now = performance.timeOrigin + performance.now();
  phases[phase] = (now - last) / 1000;
  last = now;
}

end("start Deno");
const { openGpu } = await import("../lib/gpu/gpu.ts");
const { embeddedExperiment } = await import("../lib/continual/embedded_experiment.ts");
const { gorp } = await import("../lib/continual/methods/gorp.ts");
const { runSequence } = await import("../lib/continual/run_sequence.ts");
await import("../lib/cli/ablate_command.ts");
end("import the kit");
using gpu = await openGpu();
end("open the device");
const experiment = embeddedExperiment(gpu, { model, quick: true });
end("make tasks, load the model");
const plan = { ...experiment, suite: experiment.suite(1), method: gorp({ variant: "B" }), seed: 1 };
for (const event of runSequence(plan)) {
  if (event.kind === "taskStarted") {
    end("record a step");
  } else if (event.kind === "tested") {
    end(event.task === 1 ? "first test, with compilation" : "other tests");
  } else if (event.kind === "steps") {
    end("first ten steps, with compilation");
    break;
  }
}
console.log(JSON.stringify(phases));
