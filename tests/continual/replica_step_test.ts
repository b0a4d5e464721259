/** Replicas that each take some rows of a step, all in this thread, beside one that takes them all. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { AdaptedModel } from "../../lib/continual/adapted_model.ts";
import { FactoredLora } from "../../lib/continual/factored_lora.ts";
import type { FullRankGroup, MergedLora } from "../../lib/continual/weight_groups.ts";
import type { Method } from "../../lib/continual/method.ts";
import { cLora } from "../../lib/continual/methods/clora.ts";
import { gorp, type GorpChoice } from "../../lib/continual/methods/gorp.ts";
import { oLora } from "../../lib/continual/methods/o_lora.ts";
import { replicaParts } from "../../lib/continual/micro_batches.ts";
import type { Replica } from "../../lib/continual/replica_sum.ts";
import { type StepOptions, TrainStep } from "../../lib/continual/train_step.ts";
import { type Gpu, openGpu } from "../../lib/gpu/gpu.ts";
import type { LanguageModel, TokenRows } from "../../lib/models/language_model.ts";
import { adam } from "../../lib/optim/adam.ts";
import { pickRows } from "../../lib/tasks/encoded_suite.ts";
import { Random } from "../../lib/tensor/random.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { EMBEDDED_VOCABULARY_SIZE } from "../../lib/tasks/embedded_tokenizer.ts";
import { tinyLlama } from "../models/tiny_llama.ts";
import { tinyT5 } from "../models/tiny_t5.ts";
import { tinyModel, tinySuite } from "./tiny_plan.ts";

const STEPS = 3;
const OPTIONS = { loraRank: 2, projectionRank: 2, refreshEvery: 2, loraLearningRate: 0.01, eps: 1e-3 };

/** What a replica is about to add up, in place of an answer. */
class Handed extends Error {
  constructor(readonly values: Float32Array) {
    super();
  }
}

/** A model, its step, and a replica whose sums are those of what all have handed over. */
class Member implements Disposable {
  readonly adapted: AdaptedModel;
  readonly step: TrainStep;
  #sum: Float64Array | null = null;

  constructor(
    model: LanguageModel,
    rows: TokenRows,
    readonly options: {
      readonly choice: GorpChoice | Method;
      readonly step: StepOptions;
      readonly rank: number;
      readonly size: number;
    },
  ) {
    const { choice, rank, size } = options;
    const method = "lora" in choice
      ? choice
      : gorp({ ...choice, options: { ...OPTIONS, ...choice.options } });
    this.adapted = new AdaptedModel(model, method);
    this.adapted.startTask(new Random(1), { prepare: method.startTask });
    const allReduce = (values: Float32Array) => {
      if (!this.#sum) throw new Handed(values);
      values.set(this.#sum);
    };
    const replica: Replica | undefined = size > 1 ? { rank, size, allReduce } : undefined;
    this.step = new TrainStep(this.adapted, rows, {
      ...options.step,
      ...{ steps: STEPS, adam: adam(method.adam).options, replica },
    });
  }

  /** What `body` hands over. */
  handOver(body: () => void): Float32Array {
    this.#sum = null;
    try {
      body();
    } catch (error) {
      if (error instanceof Handed) return error.values;
      throw error;
    }
    throw new Error("Nothing was handed over.");
  }

  /** Runs `body` where sums are these. */
  given<Result>(sum: Float64Array, body: () => Result): Result {
    this.#sum = sum;
    return body();
  }

  [Symbol.dispose](): void {
    this.step[Symbol.dispose]();
    this.adapted[Symbol.dispose]();
  }
}

/** The gradients of all modules, or of the pairs beside them, one after the other. */
function gradientsOf({ gpu, arena, loraGroups, fullRankGroups }: AdaptedModel): Float32Array<ArrayBuffer> {
  const values = scope(gpu, () =>
    [...loraGroups, ...fullRankGroups].flatMap((trained) => {
      if (trained instanceof FactoredLora) return [trained.sums.a, trained.sums.b];
      return [arena.gradients((trained as MergedLora | FullRankGroup).group)];
    }).flatMap((gradients) => [...gradients.readFloats()]));
  return new Float32Array(values);
}

function weightsOf({ arena, loraGroups }: AdaptedModel): Float32Array<ArrayBuffer> {
  const effective = arena.blocks.map(({ effective }) => effective);
  const tensors = [...effective, ...loraGroups.flatMap(({ pairs: { a, b } }) => [a, b])];
  return new Float32Array(tensors.flatMap((weights) => [...weights.readFloats()]));
}

function sumOf(arrays: readonly Float32Array[]): Float64Array {
  return Float64Array.from(arrays[0], (_, i) => arrays.reduce((sum, array) => sum + array[i], 0));
}

/** All steps by so many replicas; losses, gradients of the first step, and weights at the end of each replica. */
function train(
  model: LanguageModel,
  rows: TokenRows,
  { size, ...options }: {
    readonly choice: GorpChoice | Method;
    readonly step: StepOptions;
    readonly size: number;
  },
) {
  using owned = new DisposableStack();
  const members = Array.from(
    { length: size },
    (_, rank) => owned.use(new Member(model, rows, { ...options, rank, size })),
  );
  let gradients = new Float32Array();
  const first = members[0];
  for (let t = 1; t <= STEPS; t++) {
    const beforeUpdate = () => {
      if (t === 1) gradients = gradientsOf(first.adapted);
    };
    const sum = size > 1 ? sumOf(members.map((each) => each.handOver(() => each.step.run(rows, t)))) : null;
    for (const each of members) assert(each.given(sum!, () => each.step.run(rows, t, { beforeUpdate })));
  }
  const [losses, ...others] = members.map(({ step }) => step.losses(1, STEPS));
  for (const other of others) assertEquals(other, losses);
  const weights = members.map(({ adapted }) => weightsOf(adapted));
  return { losses: [...losses], gradients, weights };
}

function assertClose(found: Float32Array, expected: Float32Array, allowed: number, what: string): void {
  const distance = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i])), 0);
  assert(found.length === expected.length && distance <= allowed, `${what}: ${distance} > ${allowed}`);
}

Deno.test("replicas train as one does, all with the same weights, whatever their rows have of labels", async (test) => {
  using gpu = await openGpu();
  using model = tinyModel(gpu);
  const before = gpu.liveBuffers;
  const rows = pickRows(tinySuite(1).tasks[0].train, [0, 1, 2, 3, 4, 5, 6, 7]);
  const uneven = { ...rows, labels: rows.labels.slice() };
  uneven.labels.fill(-100, rows.targetLength + 1, 4 * rows.targetLength);
  const cases: [string, TokenRows, number, GorpChoice, StepOptions][] = [
    ["B", uneven, 2, { variant: "B" }, {}],
    ["B+L+S, four", uneven, 4, {}, { partWeights: "tokens" }],
    ["covariance, recomputed", rows, 2, { profile: "covariance" }, { recompute: true }],
    ["micro-batches", uneven, 2, {}, { microBatches: 2 }],
    ["dropout", uneven, 2, { options: { loraDropout: 0.3 } }, { microBatches: 2, partWeights: "tokens" }],
    ["weights that lie apart", rows, 2, { options: { fullRankTargets: String.raw`.*\.(k|wo)` } }, {}],
  ];
  for (const [name, batch, size, choice, step] of cases) {
    await test.step(name, () => {
      const one = train(model, batch, { choice, step, size: 1 });
      const all = train(model, batch, { choice, step, size });
      all.losses.forEach((loss, i) => assertAlmostEquals(loss, one.losses[i], 1e-4));
      const largest = one.gradients.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      assertClose(all.gradients, one.gradients, 3e-5 * largest, "gradients");
      assertClose(all.weights[0], one.weights[0], 2e-5, "weights");
      for (const weights of all.weights) assertEquals(weights, all.weights[0]);
    });
  }
  assertEquals(gpu.liveBuffers, before);
});

/** As wide as the embedded model: its rows fit into the registers of a subgroup. */
const WIDE = { width: 64, heads: 4, headWidth: 16, feedForwardWidth: 128 };

type Make = (gpu: Gpu) => LanguageModel;

const MODELS: Readonly<Record<string, Make>> = {
  "T5": (gpu) => tinyModel(gpu),
  "T5 in registers": (gpu) => tinyT5(gpu, 2, { ...WIDE, vocabularySize: EMBEDDED_VOCABULARY_SIZE }),
  "gated T5": (gpu) =>
    tinyT5(gpu, 3, { activation: "gated-gelu", tied: false, vocabularySize: EMBEDDED_VOCABULARY_SIZE }),
  "LLaMA": (gpu) => tinyLlama(gpu, 4, { vocabularySize: EMBEDDED_VOCABULARY_SIZE }),
};

for (const [name, make] of Object.entries(MODELS)) {
  Deno.test(`two replicas compute to the last bit what one does: ${name}`, async (test) => {
    using gpu = await openGpu();
    using model = make(gpu);
    const rows = pickRows(tinySuite(1).tasks[0].train, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    rows.labels.fill(-100, 1, rows.targetLength);
    const cases: Record<string, [GorpChoice | Method, StepOptions?]> = {
      "B": [{ variant: "B" }],
      "B+L+S, factored": [{ options: { loraForm: "factored" } }],
      "covariance, recomputed": [{ profile: "covariance" }, { recompute: true }],
      "dropout": [{ variant: "B+L", options: { loraDropout: 0.3 } }],
      "a penalty": [cLora({ loraRank: 2, directions: 3 })],
      "a penalty, factored": [oLora({ loraRank: 2, loraForm: "factored", lambda2: 0.1 })],
    };
    for (const [name, [choice, step = {}]] of Object.entries(cases)) {
      await test.step(name, () => {
        const one = train(model, rows, { choice, step, size: 1 });
        const two = train(model, rows, { choice, step, size: 2 });
        if (gpu.software) assertEquals(two, { ...one, weights: [...one.weights, ...one.weights] });
        else two.losses.forEach((loss, i) => assertAlmostEquals(loss, one.losses[i], 1e-4));
      });
    }
  });
}

Deno.test("the parts of all replicas are all rows, each with the labels of its micro-batch", () => {
  const rows = {
    ...{ size: 8, sourceLength: 1, targetLength: 1 },
    inputIds: new Int32Array([1, 2, 3, 4, 5, 6, 7, 8]),
    attentionMask: new Int32Array(8).fill(1),
    labels: new Int32Array([9, -100, 9, 9, -100, -100, 9, 9]),
  };
  const parts = [0, 1].flatMap((rank) =>
    replicaParts(rows, { microBatches: 2, partWeights: "equal", replica: { rank, size: 2 } })
  );
  assertEquals(parts.map(({ rows: { inputIds } }) => [...inputIds]), [[1, 2], [5, 6], [3, 4], [7, 8]]);
  assertEquals(parts.map(({ share }) => share), [0.5, 0.5, 0.5, 0.5]);
  assertEquals(parts.map(({ labelled }) => labelled), [3, 2, 3, 2]);
});

Deno.test("replicas refuse rows that cannot be cut for them, and gradients that are consumed one by one", async () => {
  using gpu = await openGpu();
  using model = tinyModel(gpu);
  const rows = pickRows(tinySuite(1).tasks[0].train, [0, 1, 2, 3, 4, 5, 6, 7]);
  const replica = { rank: 0, size: 3, allReduce: () => {} };
  const options = { replica, steps: 1, adam: adam().options };
  for (const layerwise of [false, true]) {
    using adapted = new AdaptedModel(model, gorp({ options: OPTIONS }), { layerwise });
    const reason = layerwise ? "projected one by one" : "8 rows cannot be cut into 3 equal parts";
    assertThrows(() => new TrainStep(adapted, rows, options), RangeError, reason);
  }
});
