import { assert, assertEquals, assertThrows } from "@std/assert";
import { AdaptedModel, type AdaptedOptions } from "../../lib/continual/adapted_model.ts";
import { type CompressedView, viewCompressed, viewLayers } from "../../lib/continual/layer_view.ts";
import { gorp } from "../../lib/continual/methods/gorp.ts";
import { type StepOptions, TrainStep } from "../../lib/continual/train_step.ts";
import { planMemory } from "../../lib/continual/memory_plan.ts";
import { type Gpu, openGpu } from "../../lib/gpu/gpu.ts";
import { rehearsalGpu } from "../../lib/gpu/rehearsal.ts";
import { emptyModel } from "../../lib/models/load_model.ts";
import { adam } from "../../lib/optim/adam.ts";
import { pickRows } from "../../lib/tasks/encoded_suite.ts";
import { Random } from "../../lib/tensor/random.ts";
import { Comparison } from "../../lib/verify/comparison.ts";
import { readGoldenCase } from "../../lib/verify/golden_case.ts";
import { trajectoryChecker, type TrajectoryOptions } from "../../lib/verify/kinds/trajectory.ts";
import { caseFolders, SHIPPED } from "../golden_case.ts";
import { assertClose } from "../kernels/close.ts";
import { tinyT5 } from "../models/tiny_t5.ts";
import { tinyModel, tinySuite } from "./tiny_plan.ts";

const ROWS = pickRows(tinySuite(1).tasks[0].train, [0, 1, 2, 3, 4, 5, 6, 7]);

const FORMS: Readonly<Record<string, TrajectoryOptions>> = {
  "gradients consumed one by one": { layerwise: true },
  "… with layers computed again": { layerwise: true, recompute: true },
  "… of micro-batches": { layerwise: true, microBatches: 2, partWeights: "tokens" },
  "micro-batches with layers computed again": { microBatches: 2, partWeights: "tokens", recompute: true },
  "pairs beside their weights": { loraForm: "factored" },
  "… with all that saves memory": {
    ...{ loraForm: "factored", layerwise: true, recompute: true, microBatches: 2, partWeights: "tokens" },
  },
};
for (const [name, options] of Object.entries(FORMS)) {
  Deno.test(`the golden runs come out the same: ${name}`, async () => {
    using gpu = await openGpu();
    for (const folder of caseFolders(SHIPPED, "trajectory")) {
      const golden = readGoldenCase(folder);
      const comparison = new Comparison(golden.record.tolerance);
      await trajectoryChecker(options)(golden, comparison, () => Promise.resolve(gpu));
      assertEquals(comparison.problem, null, golden.record.name);
    }
    assertEquals(gpu.liveBuffers, 0);
  });
}

/** The weights after three steps. */
function train(gpu: Gpu, width: number, options: AdaptedOptions & StepOptions) {
  using model = tinyT5(gpu, 2, { width, decoderLayers: 3, vocabularySize: 900 });
  const method = gorp({ options: { projectionRank: 3, refreshEvery: 2, eps: 1e-3, fullRankTargets: WIDE } });
  using adapted = new AdaptedModel(model, method, options);
  adapted.startTask(new Random(1), { prepare: method.startTask });
  using step = new TrainStep(adapted, ROWS, { ...options, steps: 3, adam: adam(method.adam).options });
  for (let t = 1; t <= 3; t++) assert(step.run(ROWS, t));
  return adapted.arena.blocks.flatMap(({ effective }) => [...effective.readFloats()]);
}

const WIDE = String.raw`decoder.*DenseReluDense\.wi`;

Deno.test("wide gradients are decomposed one by one as they are together", async () => {
  using gpu = await openGpu();
  for (const width of [36, 192]) {
    const together = train(gpu, width, { layerwise: false });
    const single = train(gpu, width, { layerwise: true });
    const largest = together.reduce((most, value, i) => Math.max(most, Math.abs(value - single[i])), 0);
    assert(largest <= 2e-6, `weights differ by ${largest}`);
    assertEquals(gpu.liveBuffers, 0);
  }
});

Deno.test("one gradient exists at a time, and large models choose that by themselves", () => {
  const plan = (layerwise?: boolean) => {
    using gpu = rehearsalGpu();
    using model = emptyModel(gpu, new URL("../models/configs/t5-large", import.meta.url).pathname);
    const lengths = { sourceLength: 32, targetLength: 4 };
    const training = { batchSize: 1, testBatch: 1, recompute: true, layerwise };
    const method = gorp({ options: { loraForm: "merged" } });
    return planMemory(model, { method, training, lengths, earlierTasks: 0 });
  };
  const [together, single] = [plan(false), plan(true)];
  assertEquals(plan(), single);
  // 96 queries and values for pairs, 48 for full rank, of 4 MiB each; then pairs and projected gradients of rank 8
  assert(together.parts.gradients >= (96 + 48) * 2 ** 22);
  assert(single.parts.gradients <= 1.01 * 4 * 8 * 1024 * (2 * 96 + 48), `${single.parts.gradients} bytes`);
  assert(single.bytes < together.bytes - 0.9 * (together.parts.gradients - single.parts.gradients));
});

Deno.test("a gradient that is not finite leaves the update out", async () => {
  using gpu = await openGpu();
  using model = tinyModel(gpu);
  model.weights["decoder.norm"].write(new Float32Array(12).fill(NaN));
  for (const microBatches of [1, 2]) {
    const method = gorp();
    using adapted = new AdaptedModel(model, method, { layerwise: true });
    adapted.startTask(new Random(1));
    using step = new TrainStep(adapted, ROWS, { microBatches, steps: 1, adam: adam(method.adam).options });
    assertEquals(step.run(ROWS, 1), false);
    assert(adapted.isFinite());
  }
});

Deno.test("what shared spaces meet can be looked at though gradients are dropped", async () => {
  using gpu = await openGpu();
  using model = tinyModel(gpu);
  const method = gorp({ options: { projectionRank: 3 } });
  const [together, single] = [false, true].map((layerwise) => {
    using adapted = new AdaptedModel(model, method, { layerwise });
    adapted.startTask(new Random(1), { prepare: method.startTask });
    using step = new TrainStep(adapted, ROWS, { steps: 2, adam: adam(method.adam).options });
    let views: CompressedView[] = [];
    assert(step.run(ROWS, 1) && step.run(ROWS, 2, { beforeUpdate: () => views = viewCompressed(adapted) }));
    return views;
  });
  assertEquals(
    single.map(({ layer, group }) => [layer, group]),
    together.map(({ layer, group }) => [layer, group]),
  );
  assert(single.some(({ group }) => group === "fullRank") && single.some(({ group }) => group === "loraA"));
  single.forEach(({ layer, compressed }, i) => {
    assertClose(compressed.data, together[i].compressed.data, { name: layer, tolerance: 1e-4 });
  });
});

Deno.test("what needs all gradients at once says so", async () => {
  using gpu = await openGpu();
  using model = tinyModel(gpu);
  using adapted = new AdaptedModel(model, gorp(), { layerwise: true });
  assertThrows(() => viewLayers(adapted), RangeError, "train with layerwise=false");
  const method = gorp();
  const { subspace: _, ...rule } = method.fullRank!.rule;
  const plan = { ...method, fullRank: { ...method.fullRank!, rule } };
  const live = gpu.liveBuffers;
  assertThrows(() => new AdaptedModel(model, plan, { layerwise: true }), Error, "layerwise needs full-rank");
  assertEquals(gpu.liveBuffers, live);
});
