import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { AdaptedModel } from "../../lib/continual/adapted_model.ts";
import { microBatches, type PartWeights } from "../../lib/continual/micro_batches.ts";
import { gorp } from "../../lib/continual/methods/gorp.ts";
import { type StepOptions, TrainStep } from "../../lib/continual/train_step.ts";
import { MergedLora } from "../../lib/continual/weight_groups.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import type { LanguageModel, TokenRows } from "../../lib/models/language_model.ts";
import { adam } from "../../lib/optim/adam.ts";
import { pickRows } from "../../lib/tasks/encoded_suite.ts";
import { Random } from "../../lib/tensor/random.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { tinyModel, tinySuite } from "./tiny_plan.ts";

/** The loss of the first step and all gradients by module, then the weights after three steps. */
function train(model: LanguageModel, rows: TokenRows, options: StepOptions) {
  const method = gorp({ options: { loraRank: 2, projectionRank: 2, loraLearningRate: 0.01, eps: 1e-3 } });
  using adapted = new AdaptedModel(model, method);
  adapted.startTask(new Random(1), { prepare: method.startTask });
  using step = new TrainStep(adapted, rows, { ...options, steps: 3, adam: adam(method.adam).options });
  const gradients = new Map<string, Float32Array>();
  const read = () => {
    const merged = adapted.loraGroups.filter((group) => group instanceof MergedLora);
    for (const { group } of [...merged, ...adapted.fullRankGroups]) {
      const values = scope(adapted.gpu, () => adapted.arena.gradients(group).readFloats());
      const size = group.rows * group.columns;
      group.modules.forEach(({ name }, i) => gradients.set(name, values.slice(i * size, (i + 1) * size)));
    }
  };
  const beforeUpdate = () => gradients.size === 0 && read();
  for (let t = 1; t <= 3; t++) assert(step.run(rows, t, { beforeUpdate }));
  return {
    losses: [...step.losses(1, 3)],
    gradients,
    weights: adapted.arena.blocks[0].effective.readFloats(),
  };
}

function assertClose(
  found: Float32Array,
  expected: Float32Array,
  { abs, rel, name }: { readonly abs: number; readonly rel: number; readonly name: string },
): void {
  const allowed = abs + rel * expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const distance = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i])), 0);
  assert(found.length === expected.length && distance <= allowed, `${name}: ${distance} > ${allowed}`);
}

Deno.test("parts train as one batch does: equal parts in either weighting, unequal ones by tokens", async () => {
  using gpu = await openGpu();
  using model = tinyModel(gpu);
  const before = gpu.liveBuffers;
  const rows = pickRows(tinySuite(1).tasks[0].train, [0, 1, 2, 3, 4, 5, 6, 7]);
  const uneven = { ...rows, labels: rows.labels.slice() };
  uneven.labels.fill(-100, rows.targetLength + 1, 4 * rows.targetLength);
  const cases: [TokenRows, number, PartWeights, boolean][] = [
    [rows, 2, "equal", false],
    [rows, 8, "tokens", true],
    [uneven, 4, "tokens", false],
  ];
  for (const [batch, count, partWeights, recompute] of cases) {
    const whole = train(model, batch, {});
    const parts = train(model, batch, { microBatches: count, partWeights, recompute });
    parts.losses.forEach((loss, i) => assertAlmostEquals(loss, whole.losses[i], 1e-4));
    for (const [name, expected] of whole.gradients) {
      assertClose(parts.gradients.get(name)!, expected, { abs: 1e-8, rel: 3e-5, name });
    }
    assertClose(parts.weights, whole.weights, { abs: 2e-5, rel: 0, name: "weights" });
  }
  assertEquals(gpu.liveBuffers, before);
});

Deno.test("parts are neighbouring rows; a batch without labels has no share by tokens", () => {
  const rows = {
    ...{ size: 4, sourceLength: 2, targetLength: 1 },
    inputIds: new Int32Array([1, 2, 3, 4, 5, 6, 7, 8]),
    attentionMask: new Int32Array(8).fill(1),
    labels: new Int32Array([5, -100, -100, -100]),
  };
  const parts = microBatches(rows, 2, "tokens");
  assertEquals(parts.map(({ share }) => share), [1, 0]);
  assertEquals([...parts[1].rows.inputIds], [5, 6, 7, 8]);
  const without = { ...rows, labels: new Int32Array(4).fill(-100) };
  assertEquals(microBatches(without, 4, "tokens").map(({ share }) => share), [0, 0, 0, 0]);
  assertThrows(() => microBatches(rows, 3, "equal"), RangeError, "4 rows cannot be cut into 3 equal parts");
});
