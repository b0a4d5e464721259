/** Accuracies of a run as a matrix. @module */
import type { AccuracyRow, MetricRow } from "./run_record.ts";

/**
 * a[i][j] is the accuracy on task j + 1 after training i tasks, as a fraction: T + 1 rows, row 0 before any
 * training, of T columns. null was not measured, NaN was measured on a run that had diverged.
 */
export type AccuracyMatrix = readonly (readonly (number | null)[])[];

/**
 * Arranges accuracy rows as a matrix. Where a cell was measured twice, as after a resumed task, the later row
 * counts.
 *
 * @param taskCount T; at least the largest task in the rows
 * @throws {RangeError} when a row lies outside the matrix
 *
 * @example One task, before and after training
 * ```ts
 * import { accuracyMatrix } from "gorp";
 * const rows = [
 *   { afterTask: 0, task: 1, correct: 1, total: 4 },
 *   { afterTask: 1, task: 1, correct: 3, total: 4 },
 * ];
 * const matrix = accuracyMatrix(rows, 1);
 * if (matrix[1][0] !== 0.75) throw new Error("expected 3 of 4");
 * ```
 */
export function accuracyMatrix(rows: readonly AccuracyRow[], taskCount: number): AccuracyMatrix {
  const matrix = Array.from({ length: taskCount + 1 }, () => new Array<number | null>(taskCount).fill(null));
  for (const { afterTask, task, correct, total } of rows) {
    if (afterTask > taskCount || task < 1 || task > taskCount) {
      throw new RangeError(
        `Cannot place the accuracy on task ${task} after task ${afterTask}: there are ${taskCount} tasks.`,
      );
    }
    matrix[afterTask][task - 1] = accuracyOf(correct, total);
  }
  return matrix;
}

/**
 * Arranges another measure of the same tests as a matrix: the metric `name/<task name>`, recorded after each task.
 *
 * @returns all null where the metric was not recorded
 */
export function taskScores(
  rows: readonly MetricRow[],
  name: string,
  taskNames: readonly string[],
): AccuracyMatrix {
  const columns = new Map(taskNames.map((task, column) => [`${name}/${task}`, column]));
  const matrix = Array.from(
    { length: taskNames.length + 1 },
    () => new Array<number | null>(taskNames.length).fill(null),
  );
  for (const { task: afterTask, metric, value } of rows) {
    const column = columns.get(metric);
    if (column !== undefined && afterTask < matrix.length) matrix[afterTask][column] = value;
  }
  return matrix;
}

/** The number of test examples of each task: the largest that was measured, 0 where none was. */
export function sampleCounts(rows: readonly AccuracyRow[], taskCount: number): number[] {
  const counts = new Array<number>(taskCount).fill(0);
  for (const { task, total } of rows) counts[task - 1] = Math.max(counts[task - 1], total);
  return counts;
}

function accuracyOf(correct: number, total: number): number | null {
  if (Number.isNaN(correct)) return NaN;
  return total === 0 ? null : correct / total;
}
