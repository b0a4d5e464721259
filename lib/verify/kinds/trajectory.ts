/** Whole runs of the method on a tiny model. @module */
import { crossEntropy } from "../../autograd/ops/cross_entropy.ts";
import { AdaptedModel, type AdaptedOptions } from "../../continual/adapted_model.ts";
import type { Method } from "../../continual/method.ts";
import type { LoraForm } from "../../continual/training_plan.ts";
import { type StepOptions, TrainStep, type TrainStepOptions } from "../../continual/train_step.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import type { RuleState } from "../../continual/weight_groups.ts";
import type { LanguageModel, TokenRows } from "../../models/language_model.ts";
import { loadModel } from "../../models/load_model.ts";
import { adam } from "../../optim/adam.ts";
import type { SpaceState } from "../../projection/remove_shared_space.ts";
import { Random } from "../../tensor/random.ts";
import { scope } from "../../tensor/scope.ts";
import type { Checker } from "../checker.ts";
import type { Comparison } from "../comparison.ts";
import type { GoldenCase } from "../golden_case.ts";
import { goldenMethod } from "../golden_method.ts";
import { goldenRows } from "../golden_rows.ts";
import { projector } from "../subspace_measures.ts";

/** Batches of a task over which the loss after each task is averaged. */
const EVALUATED = 4;

/** How the steps are carried out. */
export interface TrajectoryOptions extends StepOptions, Pick<AdaptedOptions, "layerwise"> {
  readonly loraForm?: LoraForm;
}

/** Batches and fresh adapters → losses, adapters, weights, spaces, and losses on all tasks after each. */
export const checkTrajectory: Checker = trajectoryChecker();

/** The same with steps carried out in another way, which must not change what comes out. */
export function trajectoryChecker(options: TrajectoryOptions = {}): Checker {
  return (golden, comparison, device) => compareRun(golden, comparison, { device, options });
}

async function compareRun(
  golden: GoldenCase,
  comparison: Comparison,
  { device, options }: { readonly device: () => Promise<Gpu>; readonly options: TrajectoryOptions },
): Promise<void> {
  const { config } = golden;
  const gpu = await device();
  using model = loadModel(gpu, `${golden.folder}/${config.model ?? "model"}`);
  const method = goldenMethod(config, config.variant, options.loraForm);
  using adapted = new AdaptedModel(model, method, options);
  const compare = (name: string, found: ArrayLike<number>) =>
    comparison.numbers(name, found, golden.tensor(name).data);
  const evaluated: number[] = [];
  for (let task = 1; task <= config.tasks; task++) {
    adapted.startTask(new Random(1), { prepare: (fresh) => setAdapters(fresh, method, golden) });
    for (const { module, a } of adapted.storedPairs()) {
      if (golden.has(`startA.${task}.${module}`)) compare(`startA.${task}.${module}`, a);
    }
    const batches = batchesOf(golden, task);
    compare(`loss.${task}`, train(adapted, batches, { ...options, adam: adam(method.adam).options }));
    const layers = method.endTask?.(adapted).layers ?? [];
    for (const { layer, columns } of layers) {
      comparison.equal(`columns ${task}.${layer}`, columns, config.columns[`${task}.${layer}`]);
    }
    compareWeights(adapted, task, compare);
    evaluated.push(...meanLosses(model, adapted, golden));
  }
  compare("evalLoss", evaluated);
}

function batchesOf(golden: GoldenCase, task: number): TokenRows[] {
  const steps = golden.config.steps[task - 1];
  return Array.from({ length: steps }, (_, i) => goldenRows(golden, `.${task}.${i + 1}`));
}

/** Puts the case's fresh A in place of the drawn ones, then does what the method does to fresh adapters. */
function setAdapters(adapted: AdaptedModel, method: Method, golden: GoldenCase): void {
  if (adapted.task > 1 && method.lora?.adapters !== "stack") return;
  for (const { pairs, group } of adapted.loraGroups) {
    const fresh = group.modules.flatMap(({ name }) => [...golden.floats(`A0.${adapted.task}.${name}`)]);
    pairs.start(new Float32Array(fresh));
  }
  method.startTask?.(adapted);
}

/** Trains one step a batch; a recorded step for each shape of batch. Returns the losses. */
function train(
  adapted: AdaptedModel,
  batches: readonly TokenRows[],
  how: Omit<TrainStepOptions, "steps">,
): number[] {
  const steps = new Map<string, TrainStep>();
  const options = { ...how, steps: batches.length };
  try {
    return batches.map((batch, i) => {
      const extents = [batch.size, batch.sourceLength, batch.targetLength].join();
      const step = steps.get(extents) ?? new TrainStep(adapted, batch, options);
      steps.set(extents, step);
      step.run(batch, i + 1);
      return step.losses(i + 1, i + 1)[0];
    });
  } finally {
    for (const step of steps.values()) step[Symbol.dispose]();
  }
}

function compareWeights(
  adapted: AdaptedModel,
  task: number,
  compare: (name: string, found: ArrayLike<number>) => void,
): void {
  for (const { module, a, b } of adapted.storedPairs()) {
    compare(`A.${task}.${module}`, a);
    compare(`B.${task}.${module}`, b);
  }
  for (const { group, state } of adapted.fullRankGroups) {
    const effective = group.block.effective.readFloats();
    for (const { name, offset, rows, columns } of group.modules) {
      compare(`W.${task}.${name}`, effective.subarray(offset, offset + rows * columns));
    }
    compareSpaces(state, group.modules.map(({ name }) => `P.${task}.${name}`), compare);
  }
  for (const { group, a } of adapted.loraGroups) {
    compareSpaces(a, group.modules.map(({ name }) => `P.${task}.${name}:A`), compare);
  }
}

function compareSpaces(
  { links }: RuleState,
  names: readonly string[],
  compare: (name: string, found: ArrayLike<number>) => void,
): void {
  if (!("space" in links)) return;
  (links.space as SpaceState).spaces.forEach(({ basis }, i) => compare(names[i], projector(basis)));
}

/** Mean loss over the first batches of each task. */
function meanLosses(model: LanguageModel, adapted: AdaptedModel, golden: GoldenCase): number[] {
  const lossOf = (rows: TokenRows) => {
    using inputs = model.inputs(rows);
    inputs.load(rows);
    return scope(model.gpu, () => crossEntropy(model.forward(inputs, adapted.weights), inputs.labels).item());
  };
  return Array.from({ length: golden.config.tasks }, (_, i) => {
    const losses = batchesOf(golden, i + 1).slice(0, EVALUATED).map(lossOf);
    return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  });
}
