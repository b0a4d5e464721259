/** What the training of one task consists of. @module */
import { adam } from "../optim/adam.ts";
import { batches, type BatchesOptions } from "../tasks/batches.ts";
import { type EncodedTask, pickRows } from "../tasks/encoded_suite.ts";
import type { Batch } from "../tasks/batch.ts";
import type { Random } from "../tensor/random.ts";
import type { AdaptedModel } from "./adapted_model.ts";
import type { Method } from "./method.ts";
import type { TrainingOptions } from "./training_options.ts";
import type { Replica } from "./replica_sum.ts";
import { TrainStep } from "./train_step.ts";

/** A recorded step, and what it is run on. */
export interface TaskTraining {
  /** Belongs to the caller. */
  readonly step: TrainStep;
  /** The rows of each step to come, in order. */
  readonly batches: Generator<Batch, void, undefined>;
}

/**
 * Records the step of the task that a model has begun.
 *
 * @param random the run's: each task draws its rows from a stream of its own
 * @param stepsDone of the task already; default none
 */
export function openTaskTraining(
  adapted: AdaptedModel,
  { train, lengths }: EncodedTask,
  { method, training, random, replica, stepsDone = 0 }: {
    readonly method: Method;
    readonly training: TrainingOptions;
    readonly random: Random;
    readonly replica?: Replica;
    readonly stepsDone?: number;
  },
): TaskTraining {
  const { batchSize: size, steps } = training;
  const options = { ...training, adam: adam(method.adam).options, replica };
  return {
    step: new TrainStep(adapted, { size, ...lengths }, options),
    batches: drawBatches(train, {
      ...{ size, steps, firstStep: stepsDone },
      random: random.fork(`rows of task ${adapted.task}`),
    }),
  };
}

function* drawBatches(
  train: Batch,
  options: BatchesOptions,
): Generator<Batch, void, undefined> {
  const rows = Array.from({ length: train.size }, (_, row) => row);
  for (const chosen of batches(rows, options)) yield pickRows(train, chosen);
}
