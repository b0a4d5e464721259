import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { AdaptedModel } from "../../lib/continual/adapted_model.ts";
import type { GorpChoice } from "../../lib/continual/methods/gorp.ts";
import { gorp } from "../../lib/continual/methods/gorp.ts";
import { runSequence } from "../../lib/continual/run_sequence.ts";
import { TrainStep } from "../../lib/continual/train_step.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import type { T5Model } from "../../lib/models/t5/t5_model.ts";
import { storedWeights } from "../../lib/models/packed_weights.ts";
import { adam } from "../../lib/optim/adam.ts";
import { pickRows } from "../../lib/tasks/encoded_suite.ts";
import { Random } from "../../lib/tensor/random.ts";
import { tinyModel, tinyPlan, tinySuite } from "./tiny_plan.ts";

const BATCH = pickRows(tinySuite(1).tasks[0].train, [0, 1, 2, 3]);

function startedModel(model: T5Model, choice: GorpChoice = {}): AdaptedModel {
  const { method } = tinyPlan(model, choice);
  const adapted = new AdaptedModel(model, method);
  adapted.startTask(new Random(1), { prepare: method.startTask });
  return adapted;
}

function stepOf(adapted: AdaptedModel, steps: number): TrainStep {
  return new TrainStep(adapted, BATCH, { steps, adam: adam().options });
}

Deno.test("a thousand steps leave no buffer behind and the process no larger", async () => {
  using gpu = await openGpu();
  using model = tinyModel(gpu);
  using adapted = startedModel(model);
  using step = stepOf(adapted, 1300);
  const run = (first: number, last: number) => {
    for (let t = first; t <= last; t++) assert(step.run(BATCH, t));
    gpu.checkAlive();
    return { live: gpu.liveBuffers, bytes: gpu.bytes, resident: Deno.memoryUsage().rss };
  };
  const before = run(1, 300);
  const after = run(301, 1300);
  assertEquals([after.live, after.bytes], [before.live, before.bytes]);
  const growth = (after.resident - before.resident) / 2 ** 20;
  assert(growth < 20, `the process grew by ${growth.toFixed(1)} MB`);
  const losses = step.losses(1, 1300);
  assert(losses.every(Number.isFinite) && losses[1299] < losses[0] - 1, `${losses[0]} → ${losses[1299]}`);
});

Deno.test("a step loads its batch, keeps its loss, and tells how many launches it takes", async () => {
  using gpu = await openGpu();
  using model = tinyModel(gpu);
  using adapted = startedModel(model, { variant: "B" });
  using step = stepOf(adapted, 2);
  step.run(BATCH, 1);
  step.run(BATCH, 2);
  const [first, second] = step.losses(1, 2);
  assert(second < first && step.dispatches > 10);
  assertEquals([...step.losses(2, 2)], [second]);
  assertThrows(() => step.run({ ...BATCH, size: 3 }, 2), RangeError, "These inputs take 4 rows");
  assertThrows(() => step.losses(2, 3), RangeError, "reaches beyond");
});

Deno.test("training leaves the base model as it is, and evaluating does too", async () => {
  using gpu = await openGpu();
  using model = tinyModel(gpu);
  const before = storedWeights(model.layout, model.weights);
  for (const _ of runSequence(tinyPlan(model, {}, { tasks: 2, training: { steps: 3 } }))) continue;
  assertEquals(storedWeights(model.layout, model.weights), before);
});

Deno.test("a fresh pair changes nothing until it is trained; then only the chosen modules change", async () => {
  using gpu = await openGpu();
  using model = tinyModel(gpu);
  using adapted = startedModel(model, {
    options: { loraTargets: ".*decoder.*SelfAttention.v", fullRankTargets: ".*EncDecAttention.q" },
  });
  const stored = () => storedWeights(model.layout, adapted.weights);
  const before = storedWeights(model.layout, model.weights);
  assertEquals(stored(), before);
  using step = stepOf(adapted, 1);
  step.run(BATCH, 1);
  step.run(BATCH, 1);
  const changed = [...stored()].filter(([name, { data }]) =>
    data.some((x, i) => x !== before.get(name)!.data[i])
  );
  const decoder = "decoder.block.0.layer";
  assertEquals(changed.map(([name]) => name).sort(), [
    `${decoder}.0.SelfAttention.v.weight`,
    `${decoder}.1.EncDecAttention.q.weight`,
  ]);
});

Deno.test("earlier pairs stay in force, and a single pair is trained on", async () => {
  using gpu = await openGpu();
  using model = tinyModel(gpu);
  for (const adapters of ["stack", "single"] as const) {
    using adapted = startedModel(model, { variant: "B", options: { adapters } });
    using step = stepOf(adapted, 3);
    for (let t = 1; t <= 3; t++) step.run(BATCH, t);
    const [{ effective }] = adapted.arena.blocks;
    const trained = effective.readFloats();
    const [pair] = adapted.storedPairs();
    adapted.startTask(new Random(1));
    effective.readFloats().forEach((x, i) => assertAlmostEquals(x, trained[i], 1e-6));
    const [next] = adapted.storedPairs();
    assertEquals([next.task, next.b.every((x) => x === 0)], [2, adapters === "stack"]);
    assertEquals(next.a.every((x, i) => x === pair.a[i]), adapters === "single");
  }
});

Deno.test("full-rank updates live on, or end with their task", async () => {
  using gpu = await openGpu();
  using model = tinyModel(gpu);
  for (const keepFullRank of [true, false]) {
    using adapted = startedModel(model, { variant: "B+L", options: { keepFullRank } });
    const [{ group }] = adapted.fullRankGroups;
    const weight = () => {
      const [{ offset, rows, columns }] = group.modules;
      return group.block.effective.readFloats().slice(offset, offset + rows * columns);
    };
    const base = weight();
    using step = stepOf(adapted, 2);
    step.run(BATCH, 1);
    const trained = weight();
    assert(trained.some((x, i) => x !== base[i]));
    adapted.startTask(new Random(1));
    assertEquals(weight(), keepFullRank ? trained : base);
  }
});

Deno.test("contradictory or impossible choices are named", async () => {
  using gpu = await openGpu();
  using model = tinyModel(gpu);
  const before = gpu.liveBuffers;
  const adapt = (options: NonNullable<GorpChoice["options"]>) => () =>
    new AdaptedModel(model, gorp({ options }));
  const both = ".*SelfAttention.q";
  assertThrows(
    adapt({ loraTargets: both, fullRankTargets: both }),
    RangeError,
    "both for LoRA and for full-rank",
  );
  assertThrows(
    adapt({ loraTargets: "encoder.q_proj" }),
    RangeError,
    'The pattern "encoder.q_proj" matches none',
  );
  assertThrows(adapt({ fullRankTargets: "nothing" }), RangeError, '"nothing" matches none');
  assertEquals(gpu.liveBuffers, before);
});

Deno.test("the weights that are trained are counted", async () => {
  using gpu = await openGpu();
  using model = tinyModel(gpu);
  const counted = (choice: GorpChoice) => {
    using adapted = startedModel(model, choice);
    return adapted.trainedWeights;
  };
  const pairs = 4 * 2 * (12 + 8); // q and v of two self-attentions, rank 2, 12 wide in, 8 out
  assertEquals(counted({ variant: "B" }), pairs);
  assertEquals(counted({ variant: "B+L+S" }), pairs + 2 * 12 * 8);
});
