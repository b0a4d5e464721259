import { assert, assertEquals, assertRejects } from "@std/assert";
import type { GorpChoice } from "../../lib/continual/methods/gorp.ts";
import { type PerformOptions, performRun } from "../../lib/continual/perform_run.ts";
import type { RunEvent } from "../../lib/continual/run_events.ts";
import type { SequencePlan } from "../../lib/continual/sequence_state.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import type { T5Model } from "../../lib/models/t5/t5_model.ts";
import { listRuns, type Run } from "../../lib/results/run_reader.ts";
import { tinyModel, tinyPlan } from "./tiny_plan.ts";

/** What a case is given: a model, and a folder of its own. */
type Case = (model: T5Model, out: string) => Promise<void>;

/** Runs until `stop` says so, which must happen. */
async function interrupted(
  plan: SequencePlan,
  out: string,
  stop: (event: RunEvent) => boolean,
): Promise<void> {
  const controller = new AbortController();
  const onEvent = (event: RunEvent) => stop(event) && controller.abort();
  await assertRejects(() => performRun(plan, { out, signal: controller.signal, onEvent }), DOMException);
}

/** Everything that a run found out, but for times. */
function findings(run: Run) {
  const metrics = run.metrics().filter(({ metric }) => metric !== "seconds");
  return { accuracy: run.accuracyMatrix(), metrics, spectra: run.spectra(), predictions: run.predictions() };
}

/** The task with which a run began, and its steps that were done. */
function startOf(events: readonly RunEvent[]) {
  const start = events.find((event) => event.kind === "taskStarted");
  return [start?.task, start?.stepsDone];
}

const CHOICES: readonly GorpChoice[] = [
  { profile: "aligned" },
  { profile: "released" },
  { profile: "covariance", variant: "B+S" },
  { variant: "B+L", options: { adapters: "single", weightDecay: 0.01 } },
];

const CASES: Readonly<Record<string, Case>> = {
  "the same seed gives the same run twice, another seed another": async (model, out) => {
    const plan = tinyPlan(model);
    const first = await performRun(plan, { out: `${out}/a` });
    const second = await performRun(plan, { out: `${out}/b` });
    assert(!first.reused && !second.reused);
    assertEquals(first.run.record.runId, second.run.record.runId);
    assertEquals(findings(second.run), findings(first.run));
    const other = await performRun(tinyPlan(model, {}, { seed: 2 }), { out });
    assert(other.run.record.runId !== first.run.record.runId);
    const losses = (run: Run) => run.metrics("loss").map(({ value }) => value);
    assert(losses(other.run).some((loss, i) => loss !== losses(first.run)[i]));
  },

  "a run that is stopped between two tasks goes on with the next, and finds the same to the last bit": async (
    model,
    out,
  ) => {
    for (const choice of CHOICES) {
      const plan = tinyPlan(model, choice);
      const whole = await performRun(plan, { out: `${out}/whole` });
      const parts = `${out}/parts`;
      await interrupted(plan, parts, ({ kind }) => kind === "taskEnded");
      const seen: RunEvent[] = [];
      const resumed = await performRun(plan, { out: parts, onEvent: (event) => seen.push(event) });
      assert(!resumed.reused && resumed.run.record.status === "finished");
      assertEquals(startOf(seen), [2, 0]);
      assertEquals(findings(resumed.run), findings(whole.run), JSON.stringify(choice));
    }
  },

  "a stop before a run begins leaves nothing": async (model, out) => {
    const signal = AbortSignal.abort();
    await assertRejects(() => performRun(tinyPlan(model), { out, signal }), DOMException);
    assertEquals([...Deno.readDirSync(out)].length, 0);
  },

  "a finished run is reused, unless a fresh one is asked for": async (model, out) => {
    const plan = tinyPlan(model, { variant: "B+L" }, { tasks: 2 });
    const perform = async (options: PerformOptions = {}) => {
      let events = 0; // but for losses, which are told more often where steps are slow
      const onEvent = ({ kind }: RunEvent) => events += Number(kind !== "steps");
      const { run, reused } = await performRun(plan, { out, onEvent, ...options });
      return { run, reused, events };
    };
    const first = await perform();
    const again = await perform();
    assertEquals([again.reused, again.events], [true, 0]);
    assertEquals(findings(again.run), findings(first.run));
    assertEquals(
      [...Deno.readDirSync(`${out}/${first.run.record.runId}`)].filter(({ name }) =>
        name.startsWith("checkpoint")
      ),
      [],
    );
    const fresh = await perform({ fresh: true });
    assertEquals([fresh.reused, fresh.events], [false, first.events]);
    assertEquals(findings(fresh.run), findings(first.run));
  },

  "a fresh run takes the old one's place when it has come to its end, not before": async (model, out) => {
    const plan = tinyPlan(model, { variant: "B" }, { tasks: 2 });
    const old = await performRun(plan, { out });
    const controller = new AbortController();
    const { signal } = controller;
    const stop = ({ kind }: RunEvent) => kind === "taskEnded" && controller.abort();
    await assertRejects(() => performRun(plan, { out, fresh: true, signal, onEvent: stop }), DOMException);
    const between = await performRun(plan, { out });
    assertEquals([between.reused, between.run.record.started], [true, old.run.record.started]);
    assertEquals(listRuns(out).map(({ record }) => record.runId), [old.run.record.runId]);
    const seen: RunEvent[] = [];
    const fresh = await performRun(plan, { out, fresh: true, onEvent: (event) => seen.push(event) });
    assertEquals(startOf(seen), [2, 0]); // it went on where it had been stopped
    assertEquals([fresh.run.folder, findings(fresh.run)], [old.run.folder, findings(old.run)]);
    assert(fresh.run.record.started.getTime() > old.run.record.started.getTime());
    assertEquals([...Deno.readDirSync(out)].length, 1);
  },

  "an old run comes back where its replacement was cut off between two renames": async (model, out) => {
    const plan = tinyPlan(model, { variant: "B" }, { tasks: 1 });
    const { run } = await performRun(plan, { out });
    Deno.renameSync(run.folder, `${run.folder}.old`);
    assert((await performRun(plan, { out })).reused);
    assertEquals([...Deno.readDirSync(out)].map(({ name }) => name), [run.record.runId]);
  },

  "what a run is named by: data, model, method, training and seed": async (model, out) => {
    using otherModel = tinyModel(model.gpu, 2);
    const training = { steps: 1, testRows: 3 };
    const plans = [
      tinyPlan(model, {}, { tasks: 2, training }),
      tinyPlan(otherModel, {}, { tasks: 2, training }),
      tinyPlan(model, { options: { weightDecay: 0.1 } }, { tasks: 2, training }),
      tinyPlan(model, { variant: "B" }, { tasks: 2, training }),
      tinyPlan(model, {}, { tasks: 2, training: { ...training, batchSize: 4 } }),
      tinyPlan(model, {}, { tasks: 1, training }),
    ];
    const names = new Set<string>();
    for (const plan of plans) names.add((await performRun(plan, { out })).run.record.runId);
    assertEquals(names.size, plans.length);
    assert((await performRun(tinyPlan(model, {}, { tasks: 2, training }), { out })).reused);
  },

  "a run whose weights are no numbers is recorded as diverged, and reused as such": async (model, out) => {
    const embedding = model.weights.embedding.readFloats();
    model.weights.embedding.write(new Float32Array(embedding.length).fill(NaN));
    for (const variant of ["B", "B+L+S"] as const) {
      const plan = tinyPlan(model, { variant }, { tasks: 2 });
      const { run } = await performRun(plan, { out });
      assertEquals(run.record.status, "diverged");
      assert(run.metrics("loss").some(({ value }) => Number.isNaN(value)));
      const [before, ...after] = run.accuracyMatrix();
      assertEquals(before, [0, 0]);
      assert(after.flat().every((accuracy) => Number.isNaN(accuracy)));
      assert((await performRun(plan, { out })).reused);
    }
    model.weights.embedding.write(embedding);
    const late = tinyPlan(model, { options: { loraLearningRate: 3e38 } }, {
      tasks: 2,
      training: { steps: 2 },
    });
    assertEquals((await performRun(late, { out })).run.record.status, "diverged");
  },
};

Deno.test("runs", async (test) => {
  using gpu = await openGpu(); // one for all, as compiling takes longer than running
  for (const [name, run] of Object.entries(CASES)) {
    await test.step(name, async () => {
      const out = Deno.makeTempDirSync();
      try {
        {
          using model = tinyModel(gpu);
          await run(model, out);
        }
        assertEquals(gpu.liveBuffers, 0);
      } finally {
        Deno.removeSync(out, { recursive: true });
      }
    });
  }
});
