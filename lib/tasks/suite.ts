/**
 * What a suite is: a sequence of tasks, learned one after the other.
 *
 * @module
 */
import type { Task } from "./task.ts";

/** Tasks in the order in which they are learned. */
export interface Suite {
  /** For tables, file names and the hash of a run's configuration. */
  readonly name: string;
  /** One or two sentences for a reader of the results. */
  readonly description: string;
  /** The tasks, first learned first. */
  readonly tasks: readonly Task[];
}
