/** A run under way, as its parts know it. @module */
import type { LanguageModel } from "../models/language_model.ts";
import type { EncodedSuite } from "../tasks/encoded_suite.ts";
import type { Random } from "../tensor/random.ts";
import type { AdaptedModel } from "./adapted_model.ts";
import { type Checkpoint, takeCheckpoint, type TaskPoint } from "./checkpoint.ts";
import type { ExperimentSource } from "./experiment_source.ts";
import type { Method } from "./method.ts";
import type { RunEvent } from "./run_events.ts";
import type { Replica } from "./replica_sum.ts";
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

/** Where a run begins, and what is looked at on the way. */
export interface SequenceOptions {
  /** The state to go on from: after some task, or within one. */
  readonly from?: Checkpoint;
  /** Every so many steps, from the first, the gradients are compared with the shared spaces; never by default. */
  readonly probeEvery?: number;
  /** Asked after each pause: whether a checkpoint of that moment shall be told. */
  readonly checkpointDue?: () => boolean;
  /** Which replica of the run this is, by default the only one: all of them train, the first one tests and looks too. */
  readonly replica?: Replica;
}

/** A run under way. */
export interface SequenceState {
  readonly plan: SequencePlan;
  readonly options: SequenceOptions;
  /** Whether this is the first replica. */
  readonly isFirst: boolean;
  readonly adapted: AdaptedModel;
  readonly random: Random;
  /** Kinds of warnings that were told. */
  readonly told: Set<string>;
}

/** A moment at which nothing is under way, and a checkpoint where it is due. */
export function* pause(
  { adapted, options: { checkpointDue } }: SequenceState,
  within: TaskPoint,
): Generator<RunEvent, void> {
  yield { kind: "pause" };
  if (checkpointDue?.()) yield { kind: "checkpoint", checkpoint: takeCheckpoint(adapted, within) };
}
