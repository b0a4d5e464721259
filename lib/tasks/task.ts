/**
 * What a task of a continual-learning sequence is: named texts with the text to answer them with.
 *
 * @module
 */

/** One row of a task. */
export interface Example {
  /** The full prompt, as the model reads it. */
  readonly source: string;
  /** The text the model should answer with. */
  readonly label: string;
}

/** A task: its labels and three splits that share no row. */
export interface Task {
  /** Unique within a suite, fit for tables and file names. */
  readonly name: string;
  /** What kind of task it is, for example `TC` (topic classification), or the field asked about. */
  readonly type: string;
  /** All answers that are possible, in a fixed order. */
  readonly labels: readonly string[];
  /** Rows to learn from. */
  readonly train: readonly Example[];
  /** Rows to choose settings with. */
  readonly dev: readonly Example[];
  /** Rows to report. */
  readonly test: readonly Example[];
}
