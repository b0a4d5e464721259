import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Method } from "../../lib/continual/method.ts";
import { cLora } from "../../lib/continual/methods/clora.ts";
import type { GorpChoice } from "../../lib/continual/methods/gorp.ts";
import { oLora } from "../../lib/continual/methods/o_lora.ts";
import { type PerformOptions, performRun } from "../../lib/continual/perform_run.ts";
import type { RunEvent } from "../../lib/continual/run_events.ts";
import type { SequencePlan } from "../../lib/continual/sequence_state.ts";
import type { TrainingOptions } from "../../lib/continual/training_options.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { UpperLayers } from "../../lib/models/llama/upper_layers.ts";
import type { Run } from "../../lib/results/run_reader.ts";
import { embeddedSuite } from "../../lib/tasks/embedded_suite.ts";
import { EMBEDDED_VOCABULARY_SIZE, embeddedTokenizer } from "../../lib/tasks/embedded_tokenizer.ts";
import { encodeSuite } from "../../lib/tasks/encoded_suite.ts";
import { decoderOnlyForm } from "../../lib/tasks/row_form.ts";
import { tinyLlama } from "../models/tiny_llama.ts";
import { TINY_LORA, tinyModel, tinyPlan } from "./tiny_plan.ts";

/** Everything that a run found out and learned, but for times: tables row by row, adapters byte by byte. */
function findings(run: Run) {
  const files = ["adapter", "adapters/task-1", "adapters/task-2"].flatMap((folder) =>
    [...Deno.readDirSync(`${run.folder}/${folder}`)].map(({ name }) => `${folder}/${name}`).sort()
  );
  return {
    status: run.record.status,
    accuracy: run.accuracyMatrix(),
    metrics: run.metrics().filter(({ metric }) => metric !== "seconds"),
    spectra: run.spectra(),
    predictions: run.predictions(),
    files: files.map((name) => [name, Deno.readFileSync(`${run.folder}/${name}`)]),
  };
}

/** Every so many steps the gradients are compared with the shared spaces. */
const probeEvery = 5;

/** What a run does until it is stopped at a pause, counted from 1 and from where it begins. */
async function stopAt(pause: number, plan: SequencePlan, options: PerformOptions): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  const controller = new AbortController();
  const onEvent = (event: RunEvent) => {
    events.push(event);
    if (events.filter(({ kind }) => kind === "pause").length === pause) controller.abort();
  };
  const { signal } = controller;
  await assertRejects(() => performRun(plan, { ...options, signal, onEvent }), DOMException);
  return events;
}

/** A method and a way of training it, and at which pauses a run of it is stopped, one after the other. */
interface Case {
  readonly choice: GorpChoice | Method;
  readonly training?: Partial<TrainingOptions>;
  readonly stops: readonly number[];
}

// A run has 4 pauses in its first tests (rows come in two batches), then for each task 1 before its first step, 12 at its
// steps and 4 in its tests.
const CASES: Readonly<Record<string, Case>> = {
  // In the first tests, before the first step, after steps 1 and 8, then 12; in the tests after; after the second's 3.
  "B, at many places": { choice: { variant: "B" }, stops: [2, 3, 2, 8, 5, 2, 2, 3 + 3] },
  "B+L+S": { choice: {}, stops: [5 + 7, 6 + 2, 5 + 4] },
  covariance: { choice: { profile: "covariance" }, stops: [5 + 3, 10 + 4 + 8] },
  "released: two-sided, one pair": { choice: { profile: "released" }, stops: [5 + 12, 1 + 4 + 11] },
  paper: { choice: { profile: "paper" }, stops: [5 + 4, 14 + 4] },
  dropout: { choice: { options: { loraDropout: 0.2 } }, stops: [5 + 6, 7 + 4 + 6] },
  "pairs beside their weights": { choice: { options: { loraForm: "factored" } }, stops: [5 + 6, 7 + 4 + 6] },
  "a sketch of the covariance": {
    choice: { profile: "covariance", options: { covarianceColumns: 3 } },
    stops: [5 + 3, 10 + 4 + 8],
  },
  "O-LoRA": { choice: oLora({ ...TINY_LORA, lambda2: 0.1 }), stops: [5 + 6, 7 + 4 + 6] },
  "CLoRA beside its weights, a part after the other": {
    choice: cLora({ ...TINY_LORA, loraForm: "factored", directions: 3 }),
    training: { microBatches: 2 },
    stops: [5 + 6, 6 + 4, 1 + 6],
  },
  "micro-batches": { choice: {}, training: { microBatches: 4, partWeights: "tokens" }, stops: [5 + 6] },
  layerwise: { choice: {}, training: { layerwise: true, microBatches: 2 }, stops: [5 + 2, 10 + 1 + 4 + 9] },
  "weight decay, recomputed": {
    choice: { variant: "B+L", options: { adapters: "single", weightDecay: 0.01, keepFullRank: true } },
    training: { recompute: true },
    stops: [5 + 9, 3 + 4 + 4],
  },
};

Deno.test("a run that is stopped and goes on finds what it finds at one go, to the last bit", async (test) => {
  using gpu = await openGpu();
  for (const [name, { choice, training, stops }] of Object.entries(CASES)) {
    await test.step(name, async () => {
      const out = Deno.makeTempDirSync();
      try {
        using model = tinyModel(gpu);
        const plan = tinyPlan(model, choice, { tasks: 2, training: { testBatch: 10, ...training } });
        const { run: whole } = await performRun(plan, { out: `${out}/whole`, probeEvery });
        const parts = { out: `${out}/parts`, probeEvery };
        for (const stop of stops) await stopAt(stop, plan, parts);
        const { run, reused } = await performRun(plan, parts);
        assert(!reused);
        assertEquals(findings(run), findings(whole));
        assert(run.record.status === "finished" && run.metrics("loss").length === 24);
      } finally {
        Deno.removeSync(out, { recursive: true });
      }
    });
  }
});

Deno.test("so does a LLaMA of which the upper layers are trained, opened anew each time", async () => {
  using gpu = await openGpu();
  const out = Deno.makeTempDirSync();
  const opened = () =>
    new UpperLayers(tinyLlama(gpu, 4, { layers: 3, vocabularySize: EMBEDDED_VOCABULARY_SIZE }), 2);
  const tokenizer = embeddedTokenizer();
  const data = embeddedSuite("conflict", { tasks: 2, trainRows: 40, devRows: 1, testRows: 20 });
  const suite = encodeSuite(data, tokenizer, { form: decoderOnlyForm(tokenizer), lengthsByTask: true });
  const planOf = (model: UpperLayers) => ({ ...tinyPlan(model, {}, { training: { testBatch: 10 } }), suite });
  try {
    using first = opened();
    const { run: whole } = await performRun(planOf(first), { out: `${out}/whole` });
    for (const stop of [5 + 7, 6 + 2, 5 + 4]) {
      using model = opened();
      await stopAt(stop, planOf(model), { out: `${out}/parts` });
    }
    using last = opened();
    const { run } = await performRun(planOf(last), { out: `${out}/parts` });
    assertEquals(findings(run), findings(whole));
  } finally {
    Deno.removeSync(out, { recursive: true });
  }
});
