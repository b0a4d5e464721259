/**
 * Metrics of continual learning, on the {@linkcode AccuracyMatrix} a: a[i][j] is the accuracy on task j after
 * training i of T tasks. Each is in the unit of the matrix, and null where it is not defined: where it would
 * average over nothing, as most do for one task, or over a cell that was not measured. A NaN in the matrix, from
 * a run that diverged, gives NaN.
 *
 * @module
 */
import type { AccuracyMatrix } from "./accuracy_matrix.ts";

export type { AccuracyMatrix } from "./accuracy_matrix.ts";

/**
 * Mean accuracy over all tasks after the last: mean_j a[T][j].
 *
 * @throws {RangeError} when `a` is not a matrix of T + 1 rows and T columns
 *
 * @example Two tasks
 * ```ts
 * import { averagePerformance } from "gorp";
 * const performance = averagePerformance([[0, 0], [0.75, 0.25], [0.5, 1]]);
 * if (performance !== 0.75) throw new Error("expected the mean of the last row");
 * ```
 */
export function averagePerformance(a: AccuracyMatrix): number | null {
  const T = taskCount(a);
  return meanOver(1, T, (j) => cell(a, T, j));
}

/**
 * {@linkcode averagePerformance} with each task weighted by its number of test examples.
 *
 * @param samples test examples of each task, T numbers
 * @throws {RangeError} when the shapes do not agree
 */
export function sampleWeightedAveragePerformance(
  a: AccuracyMatrix,
  samples: readonly number[],
): number | null {
  const T = taskCount(a);
  if (samples.length !== T) {
    throw new RangeError(
      `Cannot weight ${T} tasks by ${samples.length} sample counts: one a task is required.`,
    );
  }
  const total = samples.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const weighted = meanOver(1, T, (j) => times(cell(a, T, j), samples[j - 1]));
  return weighted === null ? null : weighted * T / total;
}

/**
 * How much training later tasks changed earlier ones, negative where it harmed:
 * mean_{j<T} (a[T][j] − a[j][j]).
 *
 * @throws {RangeError} when `a` is not a matrix of T + 1 rows and T columns
 */
export function backwardTransfer(a: AccuracyMatrix): number | null {
  const T = taskCount(a);
  return meanOver(1, T - 1, (j) => minus(cell(a, T, j), cell(a, j, j)));
}

/**
 * How far tasks fell from their best: mean_{j<T} (max_{j≤i<T} a[i][j] − a[T][j]), the maximum over the cells
 * that were measured.
 *
 * @throws {RangeError} when `a` is not a matrix of T + 1 rows and T columns
 */
export function forgetting(a: AccuracyMatrix): number | null {
  const T = taskCount(a);
  return meanOver(1, T - 1, (j) => {
    const measured = a.slice(j, T).map((row) => row[j - 1]).filter((value) => value !== null);
    return minus(measured.length === 0 ? null : Math.max(...measured), cell(a, T, j));
  });
}

/**
 * How much training earlier tasks helped later ones before these were trained:
 * mean_{j≥2} (a[j−1][j] − a[0][j]).
 *
 * @throws {RangeError} when `a` is not a matrix of T + 1 rows and T columns
 */
export function forwardTransfer(a: AccuracyMatrix): number | null {
  return meanOver(2, taskCount(a), (j) => minus(cell(a, j - 1, j), cell(a, 0, j)));
}

/** a[i][j] with tasks counted from 1. */
function cell(a: AccuracyMatrix, i: number, j: number): number | null {
  return a[i][j - 1];
}

function minus(left: number | null, right: number | null): number | null {
  return left === null || right === null ? null : left - right;
}

function times(left: number | null, right: number): number | null {
  return left === null ? null : left * right;
}

function meanOver(first: number, last: number, term: (j: number) => number | null): number | null {
  let sum = 0;
  for (let j = first; j <= last; j++) {
    const value = term(j);
    if (value === null) return null;
    sum += value;
  }
  return last < first ? null : sum / (last - first + 1);
}

function taskCount(a: AccuracyMatrix): number {
  const T = a.length - 1;
  if (T >= 1 && a.every((row) => row.length === T)) return T;
  throw new RangeError(
    `Cannot measure a matrix of ${a.length} rows of ${
      a[0]?.length ?? 0
    } accuracies: T + 1 rows of T are required.`,
  );
}
