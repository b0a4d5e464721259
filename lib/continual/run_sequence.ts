/** One run: a method learns the tasks of a suite, one after the other. @module */
import { NotFiniteError } from "../linalg/not_finite_error.ts";
import type { LanguageModel } from "../models/language_model.ts";
import type { EncodedSuite } from "../tasks/encoded_suite.ts";
import { Random } from "../tensor/random.ts";
import { AdaptedModel, type StoredPair } from "./adapted_model.ts";
import { type Checkpoint, restoreCheckpoint } from "./checkpoint.ts";
import { findRounding, ROUNDING_WARNINGS, type RoundingReport } from "./conditioning.ts";
import type { ExperimentSource } from "./experiment_source.ts";
import type { LayerReport, Method } from "./method.ts";
import { probeSpaces, type SpaceProbe } from "./space_probe.ts";
import { SuiteTester, type TestAnswer } from "./suite_tester.ts";
import { openTaskTraining } from "./task_training.ts";
import type { Replica } from "./train_step.ts";
import type { TrainingOptions } from "./training_options.ts";

/** What a run needs. */
export interface SequencePlan {
  readonly model: LanguageModel;
  readonly suite: EncodedSuite;
  readonly method: Method;
  readonly training: TrainingOptions;
  /** Decides fresh adapters and the order of rows. */
  readonly seed: number;
  /** From what replicas open the experiment; not needed without them. */
  readonly source?: ExperimentSource;
}

/** What a run tells while it goes on. Tasks and steps count from 1; `afterTask` 0 is before any training. */
export type RunEvent =
  | {
    readonly kind: "testing";
    readonly afterTask: number;
    readonly task: number;
    /** Rows answered so far, of all that are tested. */
    readonly rows: number;
    readonly total: number;
  }
  | {
    readonly kind: "tested";
    readonly afterTask: number;
    readonly task: number;
    readonly answers: readonly TestAnswer[];
  }
  | {
    readonly kind: "steps";
    readonly task: number;
    readonly first: number;
    readonly losses: Float32Array<ArrayBuffer>;
  }
  | {
    readonly kind: "probed";
    readonly task: number;
    readonly step: number;
    readonly layers: readonly SpaceProbe[];
  }
  | {
    readonly kind: "taskStarted";
    readonly task: number;
    readonly dispatches: number;
    readonly trainedWeights: number;
  }
  | {
    readonly kind: "taskEnded";
    readonly task: number;
    readonly layers: readonly LayerReport[];
    readonly pairs: readonly StoredPair[];
    readonly model: AdaptedModel;
  }
  | {
    readonly kind: "rounding";
    readonly task: number;
    readonly step: number;
    readonly layers: readonly RoundingReport[];
  }
  | { readonly kind: "warning"; readonly text: string }
  | { readonly kind: "diverged"; readonly task: number; readonly step: number };

/** Where a run begins, and what is looked at on the way. */
export interface SequenceOptions {
  /** The state after some task, to continue there. */
  readonly from?: Checkpoint;
  /** Every so many steps, from the first, the gradients are compared with the shared spaces; never by default. */
  readonly probeEvery?: number;
  /** Which replica of the run this is, by default the only one: all of them train, the first one tests and looks too. */
  readonly replica?: Replica;
}

/** Losses are read back every so many steps. */
const READ_EVERY = 10;

/**
 * Runs the sequence, telling events as they happen: stopping is ceasing to iterate. After each task all tasks
 * are tested, those to come as well. Ends early, with a `diverged` event, when a loss or a weight is not finite.
 */
export function* runSequence(
  plan: SequencePlan,
  options: SequenceOptions = {},
): Generator<RunEvent, void, undefined> {
  const { model, suite, method } = plan;
  const isFirst = (options.replica?.rank ?? 0) === 0;
  const random = new Random(plan.seed, "run");
  using adapted = new AdaptedModel(model, method, { layerwise: plan.training.layerwise });
  if (options.from) restoreCheckpoint(adapted, options.from);
  using tester = new SuiteTester(model, () => adapted.weights, suite, plan.training);
  for (const text of adapted.warnings) yield { kind: "warning", text };
  const told = new Set<string>();
  if (adapted.task === 0 && isFirst) yield* test(plan, tester, 0);
  while (adapted.task < suite.tasks.length) {
    adapted.startTask(random, { prepare: method.startTask });
    if (adapted.factored) tester.forget();
    const diverged = yield* trainTask(plan, adapted, { ...options, random, told });
    if (diverged) return;
    const layers = endTask(method, adapted);
    if (!layers) {
      yield { kind: "diverged", task: adapted.task, step: plan.training.steps };
      return;
    }
    if (isFirst) yield* test(plan, tester, adapted.task);
    yield { kind: "taskEnded", task: adapted.task, layers, pairs: adapted.storedPairs(), model: adapted };
  }
}

/** What the method measured at the task's end; null when what it measures from is not finite. */
function endTask(method: Method, adapted: AdaptedModel): readonly LayerReport[] | null {
  try {
    return method.endTask?.(adapted).layers ?? [];
  } catch (error) {
    if (error instanceof NotFiniteError) return null;
    throw error;
  }
}

/** Trains the present task; true when a loss or a weight was not finite. */
function* trainTask(
  plan: SequencePlan,
  adapted: AdaptedModel,
  { random, probeEvery, told, replica }: Pick<SequenceOptions, "probeEvery" | "replica"> & {
    readonly random: Random;
    readonly told: Set<string>;
  },
): Generator<RunEvent, boolean> {
  const { task } = adapted;
  const { suite, method, training } = plan;
  const work = openTaskTraining(adapted, suite.tasks[task - 1], { method, training, random, replica });
  using step = work.step;
  yield { kind: "taskStarted", task, dispatches: step.dispatches, trainedWeights: adapted.trainedWeights };
  let t = 0;
  let read = 0;
  for (const batch of work.batches) {
    t += 1;
    let layers: SpaceProbe[] = [];
    let rounding: RoundingReport[] = [];
    const isProbed = probeEvery !== undefined && (t - 1) % probeEvery === 0;
    const look = () => {
      if (isProbed) layers = probeSpaces(adapted);
      // Once a task, where each shows: projections are new at the first step, all gradients there at the last.
      if (t === 1 || t === training.steps) rounding = findRounding(adapted, { refreshed: t === 1 });
    };
    const isFinite = step.run(batch, t, { beforeUpdate: (replica?.rank ?? 0) === 0 ? look : undefined });
    if (layers.length > 0) yield { kind: "probed", task, step: t, layers };
    if (rounding.length > 0) yield* tellRounding(rounding, { task, step: t, told });
    if (isFinite && t % READ_EVERY !== 0 && t !== training.steps) continue;
    const losses = step.losses(read + 1, t);
    yield { kind: "steps", task, first: read + 1, losses };
    read = t;
    const bad = losses.findIndex((loss) => !Number.isFinite(loss));
    if (bad >= 0 || !isFinite) {
      yield { kind: "diverged", task, step: bad >= 0 ? t - losses.length + bad + 1 : t };
      return true;
    }
  }
  if (adapted.isFinite()) return false;
  yield { kind: "diverged", task, step: t };
  return true;
}

/** Tells what is rounding error, each kind with its warning the first time. */
function* tellRounding(
  layers: readonly RoundingReport[],
  { told, ...at }: { readonly task: number; readonly step: number; readonly told: Set<string> },
): Generator<RunEvent, void> {
  for (const { kind } of layers) {
    if (!told.has(kind)) yield { kind: "warning", text: ROUNDING_WARNINGS[kind] };
    told.add(kind);
  }
  yield { kind: "rounding", layers, ...at };
}

function* test(plan: SequencePlan, tester: SuiteTester, afterTask: number): Generator<RunEvent, void> {
  for (const [i, task] of plan.suite.tasks.entries()) {
    const total = Math.min(task.test.size, plan.training.testRows ?? Infinity);
    const answers: TestAnswer[] = [];
    for (const batch of tester.answers(task)) {
      answers.push(...batch);
      if (answers.length < total) {
        yield { kind: "testing", afterTask, task: i + 1, rows: answers.length, total };
      }
    }
    yield { kind: "tested", afterTask, task: i + 1, answers };
  }
}
