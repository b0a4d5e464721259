/**
 * What a run records: one description of the run and rows of four kinds.
 *
 * @module
 */

/** `running` until a run ends; `diverged` when its loss stopped being finite. */
export type RunStatus = "running" | "finished" | "interrupted" | "diverged";

/** What a run is: the configuration it was made from and how it ended. */
export interface RunRecord {
  /** The {@linkcode configurationHash} of the configuration; also the name of the run's folder. */
  readonly runId: string;
  /** The name of the method, such as "GORP". */
  readonly method: string;
  /** What of the method is switched on, such as "B+L+S". */
  readonly variant: string;
  /** Which form of the method, such as "aligned". */
  readonly profile: string;
  /** The name in tables and plots, such as "B+L+S (covariance)". */
  readonly label: string;
  /** An integer of 32 bits. */
  readonly seed: number;
  /** The name of the task suite and order. */
  readonly suite: string;
  /** The name of the base model. */
  readonly model: string;
  /** How it ended, if it has. */
  readonly status: RunStatus;
  /** When it began; kept when the run is continued. */
  readonly started: Date;
  /** null while the run has not ended. */
  readonly ended: Date | null;
  /** The device it ran on, in words. */
  readonly device: string;
  /** A JSON value. */
  readonly config: unknown;
}

/** One measured number at one step. A NaN says that the run had diverged. */
export interface MetricRow {
  /** From 1. */
  readonly task: number;
  /** Within the task, from 1. */
  readonly step: number;
  /** Such as "loss", "seconds" or "spaceColumns/<layer>". */
  readonly metric: string;
  /** In the unit of the metric. */
  readonly value: number;
}

/** How many test examples of a task were right at one point of the sequence. */
export interface AccuracyRow {
  /** The number of tasks trained so far; 0 before any training. */
  readonly afterTask: number;
  /** The task that was tested, from 1. */
  readonly task: number;
  /** NaN when the run had diverged. */
  readonly correct: number;
  /** Test examples; 0 says that nothing was measured. */
  readonly total: number;
}

/** One answer of the model to one test example. */
export interface PredictionRow {
  /** The number of tasks trained so far; 0 before any training. */
  readonly afterTask: number;
  /** The task that was tested, from 1. */
  readonly task: number;
  /** The position in the task's test set, from 0. */
  readonly example: number;
  /** What the model answered. */
  readonly prediction: string;
  /** The right answer. */
  readonly label: string;
  /** The score of the answer, or null where none was measured. */
  readonly score: number | null;
}

/** A spectrum measured at the end of a task. */
export interface SpectrumRow {
  /** From 1. */
  readonly task: number;
  /** The name of the layer or weight. */
  readonly layer: string;
  /** "first-moment", "covariance" or "gradient". */
  readonly kind: string;
  /** In falling order. */
  readonly values: Float32Array;
}

/** A point of a run between two steps. */
export interface RunPosition {
  /** The task that is next or under way, from 1. */
  readonly task: number;
  /** Steps of that task that are done. */
  readonly stepsDone: number;
  /** How many rows were recorded by then; without it, task and step of a row tell whether it was. */
  readonly rows?: RowCounts;
}

/** Rows of each table but the one that describes the run. */
export type RowCounts = Readonly<Record<"metrics" | "accuracy" | "predictions" | "spectra", number>>;
