/** What a method's training step costs, by part, as measured on the device at hand. @module */
import { crossEntropy } from "../autograd/ops/cross_entropy.ts";
import { recorded } from "../tensor/recorded.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { AdaptedModel } from "./adapted_model.ts";
import type { Experiment } from "./experiment.ts";
import type { Method } from "./method.ts";
import { stateTensors } from "./state_tensors.ts";
import { TrainingSession } from "./training_session.ts";

/** One part of a training step. */
export interface PartCost {
  /** `forward`, `backward`, `update` (moments, projection, removal of S), `refresh` (of projections), `growth` (of S). */
  readonly part: "forward" | "backward" | "update" | "refresh" | "growth";
  /** A step, as the fastest of those measured; of `refresh` and `growth` the share that falls on one step. */
  readonly milliseconds: number;
  /** Floating-point operations on the device, of matrix products and attention. */
  readonly operations: number;
  /** Kernel launches. */
  readonly launches: number;
}

/** Memory that training holds on the device beside the model's own weights. */
export interface PartBytes {
  readonly part:
    | "trained weights and gradients"
    | "activations"
    | "Adam"
    | "projections"
    | "S"
    | "covariance";
  readonly bytes: number;
}

/** What a training step of one method costs. */
export interface StepCost {
  /** The method's. */
  readonly label: string;
  readonly parts: readonly PartCost[];
  readonly memory: readonly PartBytes[];
  readonly trainedWeights: number;
}

/** How costs are measured. */
export interface CostOptions {
  readonly seed?: number;
  /** Steps that are timed in a round; default 30. As many are trained before, so that there is a shared space. */
  readonly steps?: number;
  /** Rounds over all methods, so that what else the machine does hits all alike; default 3. */
  readonly rounds?: number;
}

/**
 * Measures the training steps of some methods, part by part, in a second task, where there is a shared space to
 * remove. Times are the fastest that were seen. They include waiting for the device between the parts, so their sum
 * is a little more than a step takes in a run.
 *
 * @returns one entry a method, in their order
 *
 * @example What the shared space adds
 * ```ts ignore
 * import { embeddedExperiment, gorp, measureStepCosts, openGpu } from "gorp";
 * using gpu = await openGpu();
 * const methods = [gorp({ variant: "B" }), gorp({ variant: "B+S" })];
 * for (const { label, parts } of measureStepCosts(embeddedExperiment(gpu), methods)) console.log(label, parts);
 * ```
 */
export function measureStepCosts(
  experiment: Experiment,
  methods: readonly Method[],
  options: CostOptions = {},
): StepCost[] {
  const { rounds = 3 } = options;
  const all = Array.from(
    { length: rounds },
    () => methods.map((method) => measure(experiment, method, options)),
  );
  return all.reduce((best, round) => best.map((cost, i) => fastest(cost, round[i])));
}

/** The same cost with the shorter time of each part. */
function fastest(cost: StepCost, other: StepCost): StepCost {
  const parts = cost.parts.map((part, i) => ({
    ...part,
    milliseconds: Math.min(part.milliseconds, other.parts[i].milliseconds),
  }));
  return { ...cost, parts };
}

function measure(
  experiment: Experiment,
  method: Method,
  { seed, steps: wanted = 30 }: CostOptions,
): StepCost {
  using session = new TrainingSession(experiment, method, { seed });
  const { stepsPerTask } = session;
  const steps = Math.min(wanted, stepsPerTask);
  session.startTask();
  while (session.stepsDone < steps) session.step();
  const growth = timed(() => void session.endTask());
  session.startTask();
  const { gradients, update } = session.parts;
  const forward = measureForward(experiment, session.model, { task: session.task, seed });
  const period = refreshSteps(session.model);
  const { plain, refreshing } = timeSteps(session, { steps, period });
  const refresh = Number.isFinite(period) ? Math.max(0, refreshing.gradients - plain.gradients) / period : 0;
  return {
    label: method.label,
    parts: [
      { part: "forward", ...forward },
      {
        part: "backward",
        milliseconds: Math.max(0, plain.gradients - forward.milliseconds),
        operations: gradients.operations - forward.operations,
        launches: gradients.dispatches - forward.launches,
      },
      {
        part: "update",
        milliseconds: plain.update,
        operations: update.operations,
        launches: update.dispatches,
      },
      { part: "refresh", milliseconds: refresh, operations: 0, launches: 0 },
      {
        part: "growth",
        milliseconds: method.endTask ? growth / stepsPerTask : 0,
        operations: 0,
        launches: 0,
      },
    ],
    memory: memoryOf(session.model, gradients.bytes + update.bytes),
    trainedWeights: session.model.trainedWeights,
  };
}

/** The fewest steps between two refreshes of a projection; infinite without one. */
function refreshSteps({ fullRankGroups }: AdaptedModel): number {
  return Math.min(
    Infinity,
    ...fullRankGroups.map(({ state }) => state.rule.subspace?.refreshEvery ?? Infinity),
  );
}

/** The fastest of the steps without and of those with a refresh. */
function timeSteps(
  session: TrainingSession,
  { steps, period }: { readonly steps: number; readonly period: number },
) {
  const unknown = () => ({ gradients: Infinity, update: Infinity });
  const [plain, refreshing] = [unknown(), unknown()];
  while (session.stepsDone < steps) {
    const isRefresh = session.stepsDone % period === 0 && period !== Infinity;
    const { gradients, update } = session.timedStep();
    const best = isRefresh ? refreshing : plain;
    best.gradients = Math.min(best.gradients, gradients);
    best.update = Math.min(best.update, update);
  }
  return { plain, refreshing };
}

function measureForward(
  { model, suite, training }: Experiment,
  adapted: AdaptedModel,
  { task, seed = 1 }: { readonly task: number; readonly seed?: number },
) {
  const { lengths } = suite(seed).tasks[task - 1];
  using inputs = model.inputs({ size: training.batchSize, ...lengths });
  using forward = recorded(
    model.gpu,
    () => crossEntropy(model.forward(inputs, adapted.weights), inputs.labels),
  );
  const times = Array.from({ length: 20 }, () => timed(() => void forward.replay().item()));
  return { milliseconds: Math.min(...times), operations: forward.operations, launches: forward.dispatches };
}

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

const BYTES = 4;

function memoryOf(model: AdaptedModel, activations: number): PartBytes[] {
  const { trained, gradients, adapters, moments, projections, spaces, covariances } = stateTensors(model);
  const bytes = (tensors: readonly Tensor[]) => tensors.reduce((sum, { size }) => sum + BYTES * size, 0);
  return [
    { part: "trained weights and gradients", bytes: bytes([...trained, ...gradients, ...adapters]) },
    { part: "activations", bytes: activations },
    { part: "Adam", bytes: bytes(moments) },
    { part: "projections", bytes: bytes(projections) },
    { part: "S", bytes: bytes(spaces) },
    { part: "covariance", bytes: bytes(covariances) },
  ];
}
