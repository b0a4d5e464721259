import { assert, assertEquals, assertRejects } from "@std/assert";
import { ablationMethods } from "../../lib/continual/ablation.ts";
import { compare, type ComparisonOptions } from "../../lib/continual/compare.ts";
import { embeddedExperiment } from "../../lib/continual/embedded_experiment.ts";
import type { Experiment } from "../../lib/continual/experiment.ts";
import { gorp } from "../../lib/continual/methods/gorp.ts";
import { canBeRemade, methodOf } from "../../lib/continual/methods/methods.ts";
import { exitCode } from "../../lib/cli/exit_code.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { listRuns, type Run } from "../../lib/results/run_reader.ts";

/** Everything that a run found out, but for times. */
function findings(run: Run) {
  const metrics = run.metrics().filter(({ metric }) => metric !== "seconds");
  const { runId, status } = run.record;
  return { runId, status, accuracy: run.accuracyMatrix(), metrics, spectra: run.spectra() };
}

/** The processes that this one has started and that still run. */
function children(): number[] {
  const threads = Deno.build.os === "linux" ? [...Deno.readDirSync("/proc/self/task")] : null;
  const list = threads
    ? threads.map(({ name }) => Deno.readTextFileSync(`/proc/self/task/${name}/children`)).join(" ")
    : new TextDecoder().decode(
      new Deno.Command("pgrep", { args: ["-P", `${Deno.pid}`] }).outputSync().stdout,
    );
  return list.split(/\s+/).filter((word) => word !== "").map(Number);
}

type Case = (experiment: Experiment, out: string, whole: readonly Run[]) => Promise<void>;

const METHODS = ablationMethods({ variants: ["B", "B+L", "B+S"] });
const PAIR: ComparisonOptions = { seeds: [1], jobs: 2 };

const CASES: Readonly<Record<string, Case>> = {
  "runs in processes of their own find what runs in this one find, to the last bit": async (
    experiment,
    out,
    whole,
  ) => {
    const begun: number[] = [];
    const progress = new Set<string>();
    const runs = await compare(experiment, METHODS, {
      ...PAIR,
      out,
      onRun: ({ index, done }) => done ?? begun.push(index),
      onProgress: ({ index }, { kind }) => progress.add(`${index} ${kind}`),
    });
    assertEquals(runs.map(findings), whole.map(findings));
    assertEquals(begun, [0, 1, 2]);
    assert(
      [0, 1, 2].every((index) => progress.has(`${index} training`) && progress.has(`${index} testing`)),
    );
    const reused: (boolean | undefined)[] = [];
    await compare(experiment, METHODS, { ...PAIR, out, onRun: ({ done }) => reused.push(done?.reused) });
    assertEquals(reused, [true, true, true]);
    assertEquals(children(), []);
  },

  "stopped runs are saved and go on": async (experiment, out, whole) => {
    const controller = new AbortController();
    const stop: ComparisonOptions["onProgress"] = (_, { kind, ...more }) => {
      if (kind === "training" && "task" in more && more.task === 2) controller.abort();
    };
    const { signal } = controller;
    await assertRejects(
      () => compare(experiment, METHODS, { ...PAIR, out, signal, onProgress: stop }),
      DOMException,
    );
    assertEquals(children(), []);
    assert(listRuns(out).some(({ record }) => record.status === "interrupted"));
    const runs = await compare(experiment, METHODS, { ...PAIR, out });
    assertEquals(runs.map(findings), whole.map(findings));
  },

  "a process that is killed costs its run only": async (experiment, out, whole) => {
    let killed = false;
    let lost = 0;
    const kill: ComparisonOptions["onProgress"] = (_, { kind }) => {
      if (kind === "lost") lost += 1;
      if (killed || kind !== "training") return;
      killed = true;
      Deno.kill(children()[0], "SIGKILL");
    };
    await assertRejects(
      () => compare(experiment, METHODS, { ...PAIR, out, onProgress: kill }),
      Error,
      "its process was ended by SIGKILL. What it and the others recorded is kept",
    );
    assertEquals(children(), []);
    assertEquals([lost, listRuns(out).filter(({ record }) => record.status === "finished").length], [1, 2]);
    const runs = await compare(experiment, METHODS, { ...PAIR, out });
    assertEquals(runs.map(findings), whole.map(findings));
  },

  "a process that is asked to end saves its run first": async (experiment, out, whole) => {
    let asked = false;
    const ask: ComparisonOptions["onProgress"] = (_, progress) => {
      if (asked || progress.kind !== "training" || progress.step === 0) return;
      asked = true;
      Deno.kill(children()[0], "SIGTERM");
    };
    await assertRejects(
      () => compare(experiment, METHODS, { ...PAIR, out, onProgress: ask }),
      Error,
      "its process was ended with exit code 143. What it and the others recorded is kept",
    );
    assertEquals(children(), []);
    const states = listRuns(out).map(({ record }) => record.status).sort();
    assertEquals(states, ["finished", "finished", "interrupted"]);
    const runs = await compare(experiment, METHODS, { ...PAIR, out });
    assertEquals(runs.map(findings), whole.map(findings));
  },

  "an error of a process is thrown here as it was there": async (experiment, out) => {
    Deno.writeTextFileSync(`${out}/file`, "");
    const error = await assertRejects(
      () => compare(experiment, METHODS, { ...PAIR, out: `${out}/file`, fresh: true }),
      Error,
      "a part of the path is a file",
    );
    assertEquals(exitCode(error), 2);
    assertEquals(children(), []);
  },
};

Deno.test("comparisons", async (test) => {
  using gpu = await openGpu();
  const training = { steps: 4, batchSize: 4, testRows: 10 };
  const experiment = embeddedExperiment(gpu, { quick: true, training });
  using _ = experiment.model;
  const folder = Deno.makeTempDirSync();
  try {
    const whole = await compare(experiment, METHODS, { seeds: [1], out: `${folder}/whole` });
    for (const [i, [name, run]] of Object.entries(CASES).entries()) {
      Deno.mkdirSync(`${folder}/${i}`);
      await test.step(name, () => run(experiment, `${folder}/${i}`, whole));
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("a method is remade from its choice unless fields of it were replaced", () => {
  for (const method of ablationMethods({ profile: "all", options: { loraRank: 4 } })) {
    assertEquals(JSON.stringify(methodOf(method.choice!)), JSON.stringify(method));
    assert(canBeRemade(method));
  }
  const method = gorp();
  assert(!canBeRemade({ ...method, fullRank: null }));
  assert(!canBeRemade({ ...method, endTask: () => ({ layers: [] }) }));
});
