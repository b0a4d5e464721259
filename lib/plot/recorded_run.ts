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
import type { LayerAngles } from "./principal_angles_figure.ts";
import type { Spectrum } from "./spectrum.ts";

/** A run as the results layer opens it, or anything that answers in the same way. */
export interface RecordedRun {
  readonly record: { readonly label: string; readonly seed: number };
  /** In the order they were learned. */
  readonly taskNames: readonly string[];
  /** Rows: after task 0, 1, …, T; columns: tasks. */
  accuracyMatrix(): AccuracyCells;
  /** The values of one metric, in order. */
  metrics(name: string): readonly LossPoint[];
  /** The names of the metrics that were recorded. */
  metricNames(): readonly string[];
  /** The spectra at the end of each task. */
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

/** Every cell of the accuracy matrix over several runs, with 95 % Student intervals; null where no run measured it. */
export function accuracyEstimates(runs: readonly RecordedRun[]): (Estimate | null)[][] {
  const matrices = runs.map((run) => run.accuracyMatrix());
  const largest = matrices.reduce((a, b) => b.length > a.length ? b : a, []);
  return largest.map((row, i) =>
    row.map((_, j) => {
      const values = matrices.map((matrix) => matrix[i]?.[j] ?? null)
        .filter((value) => value !== null && Number.isFinite(value)) as number[];
      return values.length === 0 ? null : estimate(values, { method: "student" });
    })
  );
}

/** The principal angles of each layer in each task: the mean over the steps at which they were recorded. */
export function meanAngles(run: RecordedRun): LayerAngles[] {
  const means = new Map<string, { layer: string; task: number; angles: number[] }>();
  for (const name of run.metricNames()) {
    const [, index, layer] = /^principalAngle(\d+)\/(.*)$/s.exec(name) ?? [];
    if (layer === undefined) continue;
    for (const [task, rows] of Map.groupBy(run.metrics(name), (row) => row.task)) {
      const one = means.get(`${task} ${layer}`) ?? { layer, task, angles: [] };
      one.angles[Number(index) - 1] = rows.reduce((sum, { value }) => sum + value, 0) / rows.length;
      means.set(`${task} ${layer}`, one);
    }
  }
  return [...means.values()];
}

/** How the shared space of one layer grew. */
export interface LayerGrowth {
  readonly layer: string;
  /** "loraA", or "fullRank" for a layer whose full weight is trained. */
  readonly group: string;
  /** The most columns there can be; undefined where it was not recorded. */
  readonly capacity?: number;
  /** After task 1, 2, …; null where it was not recorded. */
  readonly columns: readonly (number | null)[];
}

/** What was recorded in `spaceColumns/<layer>` and `spaceCapacity/<layer>`; the names of loraA end in `:A`. */
export function layerGrowth(run: RecordedRun): LayerGrowth[] {
  const prefix = "spaceColumns/";
  return run.metricNames().filter((name) => name.startsWith(prefix)).map((name) => {
    const layer = name.slice(prefix.length);
    const columns = new Array<number | null>(run.taskNames.length).fill(null);
    for (const { task, value } of run.metrics(name)) columns[task - 1] = value;
    const capacity = run.metrics(`spaceCapacity/${layer}`).at(-1)?.value;
    return { layer, group: layer.endsWith(":A") ? "loraA" : "fullRank", capacity, columns };
  });
}
