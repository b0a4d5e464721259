/** How runs are trained. @module */
import type { TesterOptions } from "./suite_tester.ts";

/** How long each task is trained, and how it is tested. */
export interface TrainingOptions extends TesterOptions {
  /** Steps a task. */
  readonly steps: number;
  /** Rows a step. */
  readonly batchSize: number;
}
