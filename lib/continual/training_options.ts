/** How runs are trained. @module */
import type { TesterOptions } from "./suite_tester.ts";
import type { AdaptedOptions } from "./adapted_model.ts";
import type { StepOptions } from "./train_step.ts";

/** How long each task is trained, in what steps, and how it is tested. */
export interface TrainingOptions extends TesterOptions, StepOptions, Pick<AdaptedOptions, "layerwise"> {
  /** Steps a task. */
  readonly steps: number;
  /** Rows a step. */
  readonly batchSize: number;
  /**
   * Threads that train side by side, each on its part of every step's rows, with the sum of their gradients; each has
   * the whole model. Default 1. Worth it on the software adapter, one a core. What a run computes is, but for rounding,
   * what one replica computes; to the last bit with two of them on the software adapter, without `microBatches` and with
   * an even `batchSize`.
   */
  readonly replicas?: number;
}
