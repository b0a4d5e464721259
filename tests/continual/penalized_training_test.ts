/** Training with penalties on pairs: rivals beside GORP. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { crossEntropy } from "../../lib/autograd/ops/cross_entropy.ts";
import { weightedSum } from "../../lib/autograd/ops/weighted_sum.ts";
import { setProduct } from "../../lib/autograd/own_product.ts";
import { Tape } from "../../lib/autograd/tape.ts";
import { AdaptedModel, type AdaptedOptions } from "../../lib/continual/adapted_model.ts";
import { EMBEDDED_MODEL } from "../../lib/continual/embedded_experiment.ts";
import { planMemory } from "../../lib/continual/memory_plan.ts";
import type { Method } from "../../lib/continual/method.ts";
import { cLora } from "../../lib/continual/methods/clora.ts";
import { incLora } from "../../lib/continual/methods/inc_lora.ts";
import { canBeRemade, methodOf, METHODS } from "../../lib/continual/methods/methods.ts";
import { nLora } from "../../lib/continual/methods/n_lora.ts";
import { oLora } from "../../lib/continual/methods/o_lora.ts";
import { seqLora } from "../../lib/continual/methods/seq_lora.ts";
import { PenaltyState } from "../../lib/continual/penalty_state.ts";
import { cLoraPenalty } from "../../lib/continual/regularizers/clora.ts";
import { nLoraPenalty } from "../../lib/continual/regularizers/n_lora.ts";
import { oLoraPenalty } from "../../lib/continual/regularizers/o_lora.ts";
import { type StepOptions, TrainStep } from "../../lib/continual/train_step.ts";
import { type Gpu, openGpu } from "../../lib/gpu/gpu.ts";
import { rehearsalGpu } from "../../lib/gpu/rehearsal.ts";
import type { LanguageModel } from "../../lib/models/language_model.ts";
import { placesOf, type Weights } from "../../lib/models/layout.ts";
import { emptyModel } from "../../lib/models/load_model.ts";
import { loraLinear } from "../../lib/nn/lora_linear.ts";
import { LoraPairs } from "../../lib/nn/lora_pairs.ts";
import { adam } from "../../lib/optim/adam.ts";
import { pickRows } from "../../lib/tasks/encoded_suite.ts";
import { Random } from "../../lib/tensor/random.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { type Tensor, tensor, zeros } from "../../lib/tensor/tensor.ts";
import { assertClose } from "../kernels/close.ts";
import { absoluteSumTwin, batchProductTwin, matrixNormSumTwin } from "../reference/penalties.ts";
import { squaredDistanceTwin } from "../reference/penalties.ts";
import { type Plain, plain } from "../reference/plain.ts";
import { tinyModel, tinySuite } from "./tiny_plan.ts";

const ROWS = pickRows(tinySuite(1).tasks[0].train, [0, 1, 2, 3]);
const [TASKS, STEPS] = [3, 3];
const LORA = { loraRank: 2, loraAlpha: 4, loraLearningRate: 0.01, eps: 1e-3 };

/** A matrix under training by the plain form, with Adam's moments. */
interface Factor {
  readonly value: Float64Array;
  readonly shape: readonly [number, number];
  readonly m: Float64Array;
  readonly v: Float64Array;
}

/** One module's pairs, task by task. */
interface PlainPair {
  readonly module: string;
  readonly old: { readonly a: Factor; readonly b: Factor }[];
  a: Factor;
  b: Factor;
}

interface PenalizedModule {
  readonly a: Tensor;
  readonly b: Tensor;
  readonly pair: PlainPair;
}

/** The penalty over all modules in a task, in the plain form. */
type PlainPenalty = (modules: readonly PenalizedModule[], task: number, gpu: Gpu) => Tensor | null;

function factorOf(data: ArrayLike<number>, shape: readonly [number, number]): Factor {
  const zeros = () => new Float64Array(data.length);
  return { value: Float64Array.from(data), shape, m: zeros(), v: zeros() };
}

function uploaded(gpu: Gpu, { value, shape }: Factor): Tensor {
  return tensor(gpu, new Float32Array(value), [...shape]);
}

/** `m / (√v + eps)` with the bias corrections outside, in float64. */
function adamStep({ value, m, v }: Factor, gradient: ArrayLike<number>, t: number): void {
  const size = LORA.loraLearningRate * Math.sqrt(1 - 0.999 ** t) / (1 - 0.9 ** t);
  for (let i = 0; i < value.length; i++) {
    m[i] = 0.9 * m[i] + 0.1 * gradient[i];
    v[i] = 0.999 * v[i] + 0.001 * gradient[i] ** 2;
    value[i] -= size * m[i] / (Math.sqrt(v[i]) + LORA.eps);
  }
}

/** One step: cross-entropy and penalty on one tape, over pairs beside the weights; returns the cross-entropy. */
function plainStep(
  model: LanguageModel,
  pairs: PlainPair[],
  penalty: PlainPenalty,
  at: [number, number],
): number {
  const { gpu } = model;
  const [task, t] = at;
  return scope(gpu, () => {
    const tape = new Tape();
    const places = placesOf(model.layout);
    const modules = pairs.map((pair) => {
      const { weight: { key }, part: { row } } = places.get(`${pair.module}.weight`)!;
      const [a, b] = [pair.a, pair.b].map((factor) => tape.watch(uploaded(gpu, factor)));
      const old = pair.old.map((one) => ({ a: uploaded(gpu, one.a), b: uploaded(gpu, one.b), row }));
      return { a, b, pair, key, on: [...old, { a, b, row }] };
    });
    const weights: Record<string, Weights[string]> = { ...model.weights };
    for (const [key, group] of Map.groupBy(modules, ({ key }) => key)) {
      const weight = model.weights[key];
      const pairs = group.flatMap(({ on }) => on);
      weights[key] = weight.view(weight.shape);
      const product = (x: Tensor, how: object) => loraLinear(x, { weight, pairs, scale: 2 }, how);
      setProduct(weights[key], product, pairs.flatMap(({ a, b }) => [a, b]));
    }
    using inputs = model.inputs(ROWS);
    inputs.load(ROWS);
    const loss = crossEntropy(model.forward(inputs, weights), inputs.labels);
    const term = penalty(modules, task, gpu);
    tape.backward(term ? weightedSum([[loss, 1], [term, 1]]) : loss);
    for (const { a, b, pair } of modules) {
      adamStep(pair.a, tape.gradient(a).readFloats(), t);
      adamStep(pair.b, tape.gradient(b).readFloats(), t);
    }
    return loss.item();
  });
}

/** The As of earlier tasks, one below the other. */
function oldA(gpu: Gpu, { old }: PlainPair): Tensor | undefined {
  if (old.length === 0) return undefined;
  const rows = old.flatMap(({ a }) => [...a.value]);
  return tensor(gpu, new Float32Array(rows), [2 * old.length, rows.length / 2 / old.length]);
}

/** The directions of a module, read from the model: what they are, another test says. */
function directionsOf(adapted: AdaptedModel, module: string, name: string): Tensor {
  for (const { group, penalty } of adapted.loraGroups) {
    const index = group.modules.findIndex((one) => one.name === module);
    const all = penalty!.frozen[name];
    const [, n, k] = all.shape;
    if (index >= 0) {
      return tensor(all.gpu, all.readFloats().slice(index * n * k, (index + 1) * n * k), [n, k]);
    }
  }
  throw new Error(module);
}

const none: PlainPenalty = () => null;

const CASES: Readonly<
  Record<string, (adapted: () => AdaptedModel) => [Partial<typeof LORA> & object, PlainPenalty]>
> = {
  "seq-lora": () => [{}, none],
  "inc-lora": () => [{}, none],
  "o-lora": () => [
    { lambda1: [3, 0.5, 2], lambda2: "0.1,0" },
    (modules, task, gpu) =>
      oLoraPenalty(modules.map(({ a, b, pair }) => ({ a, b, oldA: oldA(gpu, pair) })), {
        orthogonality: [3, 0.5, 2][task - 1],
        norms: task === 1 ? 0.1 : 0,
      }).total,
  ],
  "n-lora": () => [{ lambda: 0.05 }, (modules) => nLoraPenalty(modules, { factor: 0.05 })],
  "clora": (adapted) => [
    { lambda: 0.7, directions: 9 },
    (modules) =>
      cLoraPenalty(
        modules.map(({ a, b, pair }) => ({
          ...{ a, b },
          inputDirections: directionsOf(adapted(), pair.module, "inputDirections"),
          outputDirections: directionsOf(adapted(), pair.module, "outputDirections"),
        })),
        { factor: 0.7 },
      ),
  ],
};

const FORMS: Readonly<Record<string, [object, AdaptedOptions & StepOptions]>> = {
  "merged": [{ loraForm: "merged" }, {}],
  "factored": [{ loraForm: "factored" }, {}],
  "merged, layerwise": [{ loraForm: "merged" }, { layerwise: true }],
  "factored, micro-batches": [{ loraForm: "factored" }, { microBatches: 2 }],
};

for (const [id, caseOf] of Object.entries(CASES)) {
  Deno.test(`${id} trains as loss and penalty on one tape do`, async (test) => {
    using gpu = await openGpu();
    using model = tinyModel(gpu);
    const before = gpu.liveBuffers;
    for (const [form, [formOptions, how]] of Object.entries(FORMS)) {
      await test.step(form, () => {
        let made: AdaptedModel | null = null;
        const [own, penalty] = caseOf(() => made!);
        const method = methodOf({ method: id, options: { ...LORA, ...own, ...formOptions } });
        using adapted = made = new AdaptedModel(model, method, how);
        let pairs: PlainPair[] = [];
        for (let task = 1; task <= TASKS; task++) {
          adapted.startTask(new Random(1), { prepare: method.startTask });
          const stacks = method.lora!.adapters === "stack";
          const fresh = adapted.storedPairs();
          pairs = fresh.map(({ module, a, b }, i) => {
            const factors = task === 1 || stacks
              ? { a: factorOf(a, [2, a.length / 2]), b: factorOf(b, [b.length / 2, 2]) }
              : {
                a: factorOf(pairs[i].a.value, pairs[i].a.shape),
                b: factorOf(pairs[i].b.value, pairs[i].b.shape),
              };
            const old = task > 1 && stacks ? [...pairs[i].old, { a: pairs[i].a, b: pairs[i].b }] : [];
            return { module, old, ...factors };
          });
          using step = new TrainStep(adapted, ROWS, {
            ...how,
            steps: STEPS,
            adam: adam(method.adam).options,
          });
          for (let t = 1; t <= STEPS; t++) {
            const loss = plainStep(model, pairs, penalty, [task, t]);
            assert(step.run(ROWS, t));
            assertAlmostEquals(step.losses(t, t)[0], loss, 1e-4, `cross-entropy of task ${task}, step ${t}`);
          }
        }
        adapted.storedPairs().forEach(({ module, a, b }, i) => {
          assertEquals(module, pairs[i].module);
          assertClose(a, pairs[i].a.value, { name: `A of ${module}`, tolerance: 1e-3 });
          assertClose(b, pairs[i].b.value, { name: `B of ${module}`, tolerance: 1e-3 });
        });
      });
    }
    assertEquals(gpu.liveBuffers, before);
  });
}

/** Random matrices `[L, m, n]`, rounded to float32. */
function randomPlain(random: Random, ...shape: [number, number, number]): Plain {
  const result = plain(...shape);
  for (let i = 0; i < result.data.length; i++) result.data[i] = Math.fround(random.normal());
  return result;
}

Deno.test("a penalty's gradients are its finite differences, on top of those of the loss", async (test) => {
  using gpu = await openGpu();
  const random = new Random(5);
  const [L, R, IN, OUT] = [2, 3, 7, 5];
  const [a, b] = [randomPlain(random, L, R, IN), randomPlain(random, L, OUT, R)];
  const oldA = [randomPlain(random, L, R, IN), randomPlain(random, L, R, IN)];
  const plainOf = (tensor: Tensor): Plain => {
    const result = plain(...tensor.shape);
    result.data.set(tensor.readFloats());
    return result;
  };
  const overlap = (old: Plain) => absoluteSumTwin(batchProductTwin(old, a, { transposeB: true })).data[0];
  const norms = () => matrixNormSumTwin(a).data[0] + matrixNormSumTwin(b).data[0];
  const squares = (x: Plain) => squaredDistanceTwin(x).data[0];
  const cases: [string, Method, (state: PenaltyState) => number][] = [
    [
      "O-LoRA",
      oLora({ lambda1: 0.7, lambda2: 0.3 }),
      () => 0.7 * (overlap(oldA[0]) + overlap(oldA[1])) + 0.3 * norms(),
    ],
    ["N-LoRA", nLora({ lambda: 0.2 }), () => 0.2 * absoluteSumTwin(batchProductTwin(b, a)).data[0]],
    ["CLoRA", cLora({ lambda: 1.5, directions: 4 }), ({ frozen }) => {
      const into = squares(batchProductTwin(a, plainOf(frozen.inputDirections)));
      const out = squares(batchProductTwin(b, plainOf(frozen.outputDirections), { transposeA: true }));
      return 0.75 * (into + out);
    }],
  ];
  for (const [name, { lora }, value] of cases) {
    await test.step(name, () => {
      using pairs = new LoraPairs(gpu, { modules: L, inputs: IN, outputs: OUT, rank: R, scale: 4 });
      using state = new PenaltyState(lora!.penalty!, { pairs, modules: ["first", "second"] });
      state.startTask(1);
      for (const [i, old] of oldA.entries()) {
        pairs.a.write(new Float32Array(old.data));
        state.startTask(i + 2);
      }
      pairs.a.write(new Float32Array(a.data));
      pairs.b.write(new Float32Array(b.data));
      const ofLoss = { a: zeros(gpu, [L, R, IN]), b: zeros(gpu, [L, OUT, R]) };
      ofLoss.a.write(new Float32Array(L * R * IN).fill(10));
      const found = scope(gpu, () => {
        const { a, b } = state.added(ofLoss);
        return { a: a.readFloats(), b: b.readFloats() };
      });
      assert(ofLoss.a.readFloats().every((x) => x === 10), "those of the loss stay as they are");
      for (const [side, matrix, base] of [["a", a, 10], ["b", b, 0]] as const) {
        const wanted = matrix.data.map((x, i) => {
          const at = (shift: number) => {
            matrix.data[i] = x + shift;
            const result = value(state);
            matrix.data[i] = x;
            return result;
          };
          return base + (at(1e-5) - at(-1e-5)) / 2e-5;
        });
        assertClose(found[side], wanted, { name: `gradient of ${side}`, tolerance: 1e-5 });
      }
      ofLoss.a.dispose();
      ofLoss.b.dispose();
    });
  }
});

Deno.test("CLoRA's directions are orthonormal, of each module its own, the same in all tasks and runs", async () => {
  using gpu = await openGpu();
  const frozenOf = (directionSeed: number, tasks: number) => {
    using pairs = new LoraPairs(gpu, { modules: 2, inputs: 16, outputs: 24, rank: 2, scale: 1 });
    const { lora } = cLora({ directionSeed });
    using state = new PenaltyState(lora!.penalty!, { pairs, modules: ["first", "second"] });
    for (let task = 1; task <= tasks; task++) state.startTask(task);
    const { inputDirections, outputDirections } = state.frozen;
    return [inputDirections, outputDirections].map((tensor) => ({
      shape: tensor.shape,
      data: tensor.readFloats(),
    }));
  };
  const found = frozenOf(1, 1);
  assertEquals(found.map(({ shape }) => shape), [[2, 16, 2], [2, 24, 3]], "an eighth of the width");
  for (const { shape: [, n, k], data } of found) {
    const columns = Array.from({ length: 2 * k }, (_, j) => {
      const start = Math.floor(j / k) * n * k;
      return Array.from({ length: n }, (_, i) => data[start + i * k + j % k]);
    });
    const product = (x: number[], y: number[]) => x.reduce((sum, value, i) => sum + value * y[i], 0);
    columns.slice(0, k).forEach((x, i) => {
      columns.slice(0, k).forEach((y, j) => assertAlmostEquals(product(x, y), i === j ? 1 : 0, 1e-6));
    });
    assert(Math.abs(product(columns[0], columns[k])) < 0.99);
  }
  assertEquals(frozenOf(1, 3), found);
  assert(frozenOf(2, 1)[0].data[0] !== found[0].data[0]);
});

Deno.test("every method is made again from its choice, and refuses what it does not have", async () => {
  const methods = [seqLora(), incLora(), oLora({ lambda1: [0, 1] }), nLora({ form: "released" }), cLora()];
  assertEquals(methods.map(({ label }) => label), [
    "SeqLoRA",
    "IncLoRA",
    "O-LoRA",
    "N-LoRA (released)",
    "CLoRA",
  ]);
  for (const method of methods) {
    const choice = JSON.parse(JSON.stringify(method.choice));
    assertEquals(JSON.stringify(methodOf(choice)), JSON.stringify(method));
    assert(canBeRemade(method));
    const term = () => null;
    assert(!canBeRemade({ ...method, lora: { ...method.lora!, penalty: { name: "O-LoRA", term } } }));
  }
  assertEquals(Object.keys(METHODS), ["gorp", "seq-lora", "inc-lora", "o-lora", "n-lora", "clora"]);
  const refused: [string, Record<string, unknown>, string][] = [
    ["o-lora", { lambda: 1 }, 'O-LoRA has no option "lambda"; its options are lambda1'],
    ["o-lora", { lambda1: -1 }, 'lambda1 must be a number of at least 0; "-1" was given.'],
    ["o-lora", { lambda1: "0.5,x" }, 'lambda1 must be a number of at least 0; "x" was given.'],
    ["o-lora", { lambda2: [] }, "lambda2 needs at least one number"],
    ["n-lora", { form: "papr" }, 'form must be one of paper, released; "papr" was given.'],
    ["clora", { directions: 0.5 }, "directions must be a whole number of at least 1; 0.5 was given."],
    ["seq-lora", { adapters: "stack" }, 'SeqLoRA has no option "adapters"'],
    ["inc-lora", { loraRank: 0 }, "loraRank must be a whole number"],
  ];
  for (const [method, options, sentence] of refused) {
    assertThrows(() => methodOf({ method, options }), RangeError, sentence);
  }
  assertThrows(() => methodOf({ method: "o-lora", variant: "B" }), RangeError, 'O-LoRA has no variant "B"');
  using gpu = await openGpu();
  using model = tinyModel(gpu); // its queries are not square
  using adapted = new AdaptedModel(model, nLora({ form: "released" }));
  adapted.startTask(new Random(1));
  const record = () => new TrainStep(adapted, ROWS, { steps: 1, adam: adam().options });
  assertThrows(record, RangeError, "needs square weights; one is [8, 12]");
});

Deno.test("memory: what penalties keep frozen is planned", () => {
  const adapters = (method: Method) => {
    using gpu = rehearsalGpu();
    using model = emptyModel(gpu, EMBEDDED_MODEL);
    const lengths = { sourceLength: 16, targetLength: 4 };
    return planMemory(model, { method, training: { batchSize: 2 }, lengths, earlierTasks: 2 }).parts.adapters;
  };
  const plain = adapters(incLora());
  const a = 4 * 8 * 8 * 64; // bytes of A of rank 8 on 8 queries and values, 64 wide
  assertEquals(plain, 2 * a);
  assertEquals(adapters(oLora()), plain + 2 * a);
  assertEquals(adapters(cLora({ directions: 16 })), plain + 2 * 4 * 8 * 64 * 16);
});
