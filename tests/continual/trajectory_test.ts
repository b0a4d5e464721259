import { assert, assertEquals } from "@std/assert";
import { allCases, assertWithin, type GoldenCase, toleranceOf } from "../golden_case.ts";
import { projector } from "../linalg/checks.ts";
import { AdaptedModel } from "../../lib/continual/adapted_model.ts";
import type { Method } from "../../lib/continual/method.ts";
import { TrainStep } from "../../lib/continual/train_step.ts";
import type { RuleState } from "../../lib/continual/weight_groups.ts";
import { crossEntropy } from "../../lib/autograd/ops/cross_entropy.ts";
import { type Gpu, openGpu } from "../../lib/gpu/gpu.ts";
import { loadT5, type T5Model } from "../../lib/models/t5/t5_model.ts";
import { adam } from "../../lib/optim/adam.ts";
import type { SpaceState } from "../../lib/projection/remove_shared_space.ts";
import { Random } from "../../lib/tensor/random.ts";
import { recorded } from "../../lib/tensor/recorded.ts";
import { goldenRows } from "../models/golden_rows.ts";
import { methodOf } from "./golden_method.ts";

Deno.test("whole runs of every profile agree with PyTorch, weights and spaces too", async () => {
  using gpu = await openGpu();
  let count = 0;
  for (const golden of allCases("trajectory")) {
    checkCase(gpu, golden);
    count += 1;
  }
  assert(count >= 5);
  assertEquals(gpu.liveBuffers, 0);
});

function checkCase(gpu: Gpu, golden: GoldenCase): void {
  const { config, name: caseName, tolerance } = golden.case;
  const check = (name: string, found: ArrayLike<number>) => {
    const expected = golden.tensors.get(name)!.data as Float32Array;
    const label = `${name} of trajectory/${caseName}`;
    assertWithin(found, expected, { tolerance: toleranceOf(tolerance, name), name: label });
  };
  using model = loadT5(gpu, `${golden.dir}/model`);
  const method = methodOf(config, config.variant);
  using adapted = new AdaptedModel(model, method);
  const evalLosses: number[] = [];
  for (let task = 1; task <= config.tasks; task++) {
    adapted.startTask(new Random(1), { prepare: (fresh) => setAdapters(fresh, method, golden) });
    if (task === 2 && config.projectInit && config.useSpace) {
      for (const pair of adapted.storedPairs()) check(`startA.2.${pair.module}`, pair.a);
    }
    const steps = config.steps[task - 1];
    const batches = Array.from({ length: steps }, (_, i) => goldenRows(golden, `.${task}.${i + 1}`));
    using step = new TrainStep(adapted, batches[0], { steps, adam: adam(method.adam).options });
    batches.forEach((batch, i) => assert(step.run(batch, i + 1)));
    check(`loss.${task}`, step.losses(1, steps));
    const layers = method.endTask?.(adapted).layers ?? [];
    for (const { layer, columns } of layers) assertEquals(columns, config.columns[`${task}.${layer}`], layer);
    for (const { module, a, b } of adapted.storedPairs()) {
      check(`A.${task}.${module}`, a);
      check(`B.${task}.${module}`, b);
    }
    const effective = adapted.arena.effective.readFloats();
    for (const { group, state } of adapted.fullRankGroups) {
      for (const { name, offset, rows, columns } of group.modules) {
        check(`W.${task}.${name}`, effective.subarray(offset, offset + rows * columns));
      }
      checkSpaces(state, group.modules.map(({ name }) => `P.${task}.${name}`), check);
    }
    for (const { group, a } of adapted.loraGroups) {
      checkSpaces(a, group.modules.map(({ name }) => `P.${task}.${name}:A`), check);
    }
    evalLosses.push(...meanLosses(model, adapted, golden));
  }
  check("evalLoss", evalLosses);
}

/** Puts the case's fresh A in place of the drawn ones, then does what the method does to fresh adapters. */
function setAdapters(adapted: AdaptedModel, method: Method, { tensors }: GoldenCase): void {
  for (const { pairs, group } of adapted.loraGroups) {
    const data = group.modules.flatMap(({ name }) => [...tensors.get(`A0.${adapted.task}.${name}`)!.data]);
    pairs.start(new Float32Array(data as number[]));
  }
  method.startTask?.(adapted);
}

function checkSpaces(
  { links }: RuleState,
  names: readonly string[],
  check: (name: string, found: ArrayLike<number>) => void,
): void {
  if (!("space" in links)) return;
  (links.space as SpaceState).spaces.forEach(({ basis }, i) => check(names[i], projector(basis)));
}

/** Mean loss over the first four batches of each task. */
function meanLosses(model: T5Model, adapted: AdaptedModel, golden: GoldenCase): number[] {
  using inputs = model.inputs(goldenRows(golden, ".1.1"));
  using step = recorded(
    model.gpu,
    () => crossEntropy(model.forward(inputs, adapted.weights), inputs.labels),
  );
  return Array.from({ length: golden.case.config.tasks }, (_, i) => {
    let sum = 0;
    for (let batch = 1; batch <= 4; batch++) {
      inputs.load(goldenRows(golden, `.${i + 1}.${batch}`));
      sum += step.replay().item();
    }
    return sum / 4;
  });
}
