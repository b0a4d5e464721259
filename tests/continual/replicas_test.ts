/** Runs that are carried out by several threads. */
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { embeddedExperiment } from "../../lib/continual/embedded_experiment.ts";
import { type Experiment, planOf } from "../../lib/continual/experiment.ts";
import { gorp, type GorpChoice } from "../../lib/continual/methods/gorp.ts";
import { performRun } from "../../lib/continual/perform_run.ts";
import type { RunEvent } from "../../lib/continual/run_events.ts";
import { defaultReplicas } from "../../lib/continual/replicas/default_replicas.ts";
import type { TrainingOptions } from "../../lib/continual/training_options.ts";
import { type Gpu, openGpu } from "../../lib/gpu/gpu.ts";
import type { Run } from "../../lib/results/run_reader.ts";
import { tinyModel, tinySuite } from "./tiny_plan.ts";

const OPTIONS = { loraRank: 2, projectionRank: 2, refreshEvery: 5, loraLearningRate: 0.01 };
const TRAINING = { steps: 12, batchSize: 8, testRows: 5, testBatch: 3 };

function open(gpu: Gpu, model: string, training: Partial<TrainingOptions>): Experiment {
  return embeddedExperiment(gpu, { model, quick: true, training: { ...TRAINING, ...training } });
}

function plan(experiment: Experiment, choice: GorpChoice = {}) {
  return planOf(experiment, gorp({ ...choice, options: { ...OPTIONS, ...choice.options } }), 1);
}

/** Everything that a run found out, but for times. */
function findings(run: Run) {
  const metrics = run.metrics().filter(({ metric }) => metric !== "seconds");
  return { accuracy: run.accuracyMatrix(), metrics, spectra: run.spectra() };
}

const losses = (run: Run) => run.metrics("loss").map(({ value }) => value);

type Case = (gpu: Gpu, model: string, out: string) => Promise<void>;

const CASES: Readonly<Record<string, Case>> = {
  "two threads find to the last bit what one finds": async (gpu, model, out) => {
    const choices: GorpChoice[] = [
      { variant: "B" },
      { variant: "B+L+S" },
      { profile: "covariance", options: { loraDropout: 0.1 } },
    ];
    for (const choice of choices) {
      const [one, two] = [{}, { replicas: 2 }].map((training) => plan(open(gpu, model, training), choice));
      if (!gpu.software) return; // on GPUs, but for rounding: see the case of four
      const alone = await performRun(one, { out: `${out}/alone`, probeEvery: 5 });
      const both = await performRun(two, { out: `${out}/both`, probeEvery: 5 });
      assertEquals(both.run.record.runId, alone.run.record.runId);
      assertEquals(findings(both.run), findings(alone.run));
    }
  },

  "four threads find what one finds but for rounding, and so have a name of their own": async (
    gpu,
    model,
    out,
  ) => {
    const one = await performRun(plan(open(gpu, model, {})), { out });
    const four = plan(open(gpu, model, { replicas: 4 }));
    const first = await performRun(four, { out });
    assert(one.run.record.runId !== first.run.record.runId);
    const second = await performRun(four, { out: `${out}/second` });
    assertEquals(findings(first.run), findings(second.run));
    assertEquals(losses(first.run).length, losses(one.run).length);
    losses(first.run).forEach((loss, i) => assertAlmostEquals(loss, losses(one.run)[i], 2e-3));
  },

  "a stop ends all threads; the same call goes on to what an undisturbed run finds": async (
    gpu,
    model,
    out,
  ) => {
    const four = plan(open(gpu, model, { replicas: 4, microBatches: 2 }));
    const whole = await performRun(four, { out: `${out}/whole` });
    for (const kind of ["steps", "taskEnded", "testing"] as const) {
      const controller = new AbortController();
      const { signal } = controller;
      const onEvent = (event: RunEvent) => event.kind === kind && controller.abort();
      await assertRejects(() => performRun(four, { out, signal, onEvent }), DOMException);
    }
    const resumed = await performRun(four, { out });
    assertEquals(findings(resumed.run), findings(whole.run));
  },

  "all threads see a run diverge": async (gpu, model, out) => {
    const options = { loraLearningRate: 3e38, fullRankLearningRate: 3e38 };
    const { run } = await performRun(plan(open(gpu, model, { replicas: 2 }), { options }), { out });
    assertEquals(run.record.status, "diverged");
  },

  "small models have two threads by themselves, and go on with one where the other cannot help": async (
    gpu,
    model,
    out,
  ) => {
    const experiment = open(gpu, model, {});
    const alone = await performRun(plan(experiment), { out: `${out}/alone` });
    const told: string[] = [];
    const onEvent = (event: RunEvent) => event.kind === "warning" && told.push(event.text);
    const options = { mayReplicate: true, onEvent };
    const isTwo = defaultReplicas(plan(experiment)) === 2;
    assertEquals(isTwo, gpu.software && navigator.hardwareConcurrency > 1);
    const both = await performRun(plan(experiment), { out: `${out}/both`, ...options });
    assertEquals([findings(both.run), told], [findings(alone.run), []]);

    const controller = new AbortController();
    const stop = (event: RunEvent) => event.kind === "steps" && controller.abort();
    await assertRejects(
      () => performRun(plan(experiment), { out, signal: controller.signal, onEvent: stop }),
      DOMException,
    );
    const resumed = await performRun(plan(experiment), { out, ...options });
    assertEquals(findings(resumed.run), findings(alone.run), "begun by one, ended by two");

    const other = { ...experiment, suite: () => tinySuite(2) }; // its source makes another
    const last = await performRun(plan(other), { out, ...options });
    assertEquals(last.run.record.status, "finished");
    assertEquals(told.length, isTwo ? 1 : 0);
    if (isTwo) assert(told[0].endsWith("The run goes on without it."), told[0]);
  },

  "a thread that cannot open the run says why, on the first one": async (gpu, model, out) => {
    const folder = `${out}/model`;
    using tiny = tinyModel(gpu);
    tiny.save(folder);
    const two = plan(open(gpu, folder, { replicas: 2 }));
    using other = tinyModel(gpu, 2);
    other.save(folder);
    await assertRejects(
      () => performRun(two, { out }),
      Error,
      "Replica 2 of the run failed: It found another",
    );
    Deno.removeSync(folder, { recursive: true });
    await assertRejects(() => performRun(two, { out }), Error, "Replica 2 of the run failed: ");
    const byHand = { ...plan(open(gpu, model, { replicas: 2 })), source: undefined };
    await assertRejects(() => performRun(byHand, { out }), RangeError, "another thread can make again");
    const told: RunEvent[] = [];
    const dropped = plan(open(gpu, model, { replicas: 2, layerwise: true }));
    const onEvent = (event: RunEvent) => void told.push(event);
    await assertRejects(() => performRun(dropped, { out, onEvent }), RangeError, "leave replicas out");
    assertEquals(told, []);
    const uneven = plan(open(gpu, model, { replicas: 3 }));
    await assertRejects(() => performRun(uneven, { out }), RangeError, "8 rows cannot be cut into 3");
  },
};

Deno.test("replicas", async (test) => {
  using gpu = await openGpu({ threads: "one" });
  const folder = Deno.makeTempDirSync();
  try {
    const model = `${folder}/tiny`;
    {
      using made = tinyModel(gpu);
      made.save(model);
    }
    for (const [name, run] of Object.entries(CASES)) {
      await test.step(name, async () => {
        const out = Deno.makeTempDirSync({ dir: folder });
        await run(gpu, model, out);
      });
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
