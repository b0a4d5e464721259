/** What the first replica of a run and the others tell each other. @module */
import type { Checkpoint } from "../checkpoint.ts";
import type { ExperimentSource } from "../experiment_source.ts";
import type { MethodChoice } from "../method_choice.ts";
import type { ErrorValue } from "../processes/messages.ts";
import type { TrainingOptions } from "../training_options.ts";
import type { ReplicaSeat } from "./replica_group.ts";

/** What a replica is given: all that it needs to carry out the same run. */
export interface ReplicaOrder {
  readonly seat: ReplicaSeat;
  /** Those that it keeps to; all where there are none. */
  readonly cores: readonly number[];
  readonly source: ExperimentSource;
  /** Whether to use the software adapter. */
  readonly software: boolean;
  readonly method: MethodChoice;
  readonly training: TrainingOptions;
  readonly seed: number;
  readonly from: Checkpoint | null;
  /** What the run must be called, as a proof that it is the same. */
  readonly runId: string;
}

/** What a replica tells: that it has opened its experiment, and then how it ended. */
export type ReplicaReport =
  | { readonly kind: "opened" }
  | { readonly kind: "ended" }
  | { readonly kind: "failed"; readonly error: ErrorValue };
