/**
 * Tells where the time of one run goes, variant by variant: testing, recording and compiling the step, steps, growing
 * the shared space, writing.
 *
 * Run with `./gorp bench run`, or `deno run -A bench/run_bench.ts --model DIR`. Each variant runs once beforehand with
 * few steps, so that everything is compiled.
 */
import { ablationMethods } from "../lib/continual/ablation.ts";
import { embeddedExperiment } from "../lib/continual/embedded_experiment.ts";
import type { EmbeddedExperimentOptions } from "../lib/continual/experiment_source.ts";
import type { Method } from "../lib/continual/method.ts";
import { performRun } from "../lib/continual/perform_run.ts";
import { type Gpu, openGpu } from "../lib/gpu/gpu.ts";
import { baseModel } from "./base_model.ts";

const PHASES = ["test", "record", "step", "grow", "write", "all"] as const;
type Phase = typeof PHASES[number];

async function timeRun(
  gpu: Gpu,
  method: Method,
  options: EmbeddedExperimentOptions = {},
): Promise<Record<Phase, number>> {
  const { model, suite, training } = embeddedExperiment(gpu, { model: baseModel(), ...options });
  const phases = { test: 0, record: 0, step: 0, grow: 0, write: 0, all: 0 };
  const tasks = suite(1);
  const out = await Deno.makeTempDir();
  const started = performance.now();
  let last = started;
  const end = (phase: Phase) => {
    const now = performance.now();
    phases[phase] += (now - last) / 1000;
    last = now;
  };
  const endTask = method.endTask && ((adapted: Parameters<NonNullable<Method["endTask"]>>[0]) => {
    last = performance.now();
    const report = method.endTask!(adapted);
    end("grow");
    return report;
  });
  await performRun({ model, suite: tasks, method: { ...method, endTask }, training, seed: 1 }, {
    out,
    onEvent: ({ kind }) => {
      if (kind === "tested") end("test");
      else if (kind === "steps") end("step");
      else if (kind === "taskStarted") end("record");
      else end("write");
    },
  });
  end("write");
  phases.all = (last - started) / 1000;
  model[Symbol.dispose]();
  await Deno.remove(out, { recursive: true });
  return phases;
}

if (import.meta.main) {
  using gpu = await openGpu();
  console.log("seconds".padEnd(24) + PHASES.map((phase) => phase.padStart(10)).join(""));
  for (const method of ablationMethods()) {
    await timeRun(gpu, method, { training: { steps: 20 } });
    const phases = await timeRun(gpu, method);
    console.log(
      method.label.padEnd(24) + PHASES.map((phase) => phases[phase].toFixed(2).padStart(10)).join(""),
    );
  }
  console.log(`${gpu.name}; load ${Deno.loadavg()[0].toFixed(1)} on ${navigator.hardwareConcurrency} cores`);
}
