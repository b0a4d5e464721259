/**
 * What figures read of a run, and what they make of several runs of the same row.
 *
 * @module
 */
import { estimate } from "../results/statistics.ts";
import type { VariantSummary } from "../results/variant_summary.ts";
import type { AccuracyCells } from "./accuracy_matrix_panel.ts";
import type { Estimate } from "./estimate.ts";
import type { LossPoint } from "./loss_curve.ts";
import type { Spectrum } from "./spectrum.ts";

/** A run as the results layer opens it, or anything that answers in the same way. */
export interface RecordedRun {
  readonly record: { readonly label: string; readonly seed: number };
  /** In the order they were learned. */
  readonly taskNames: readonly string[];
  /** Rows: after task 0, 1, …, T; columns: tasks. */
  accuracyMatrix(): AccuracyCells;
  metrics(name: string): readonly LossPoint[];
  metricNames(): readonly string[];
  spectra(): readonly Spectrum[];
}

/** The runs of one row of results, with the row's summary. */
export interface ExperimentRow {
  readonly label: string;
  readonly variant: VariantSummary;
  /** Sorted by seed. */
  readonly runs: readonly RecordedRun[];
}

/** Names of the tasks where all runs learned the same in the same order, else "task 1", "task 2", … */
export function commonTaskNames(runs: readonly RecordedRun[]): string[] {
  const [first, ...others] = runs.map(({ taskNames }) => JSON.stringify(taskNames));
  const count = Math.max(0, ...runs.map((run) => run.accuracyMatrix()[0]?.length ?? run.taskNames.length));
  if (runs.length > 0 && runs[0].taskNames.length === count && others.every((names) => names === first)) {
    return [...runs[0].taskNames];
  }
  return Array.from({ length: count }, (_, task) => `task ${task + 1}`);
}

/** Every cell of the accuracy matrix over several runs; null where no run measured it. */
export function accuracyEstimates(runs: readonly RecordedRun[]): (Estimate | null)[][] {
  const matrices = runs.map((run) => run.accuracyMatrix());
  const largest = matrices.reduce((a, b) => b.length > a.length ? b : a, []);
  return largest.map((row, i) =>
    row.map((_, j) => {
      const values = matrices.map((matrix) => matrix[i]?.[j] ?? null)
        .filter((value) => value !== null && Number.isFinite(value)) as number[];
      // Many small intervals: a thousand resamplings are enough for a bar in a picture.
      return values.length === 0 ? null : estimate(values, { resamples: 1000 });
    })
  );
}

/** The columns of each layer's shared space after each task, as recorded in `spaceColumns/<layer>`. */
export function spaceColumns(run: RecordedRun): { layer: string; columns: (number | null)[] }[] {
  const prefix = "spaceColumns/";
  const tasks = run.taskNames.length;
  return run.metricNames().filter((name) => name.startsWith(prefix)).map((name) => {
    const columns = new Array<number | null>(tasks).fill(null);
    for (const { task, value } of run.metrics(name)) columns[task - 1] = value;
    return { layer: name.slice(prefix.length), columns };
  });
}
