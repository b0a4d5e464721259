/**
 * A mean with its interval, as the figures and tables take it.
 *
 * @module
 */

/**
 * A mean over seeds with its uncertainty; all fractions from 0 to 1 (differences from −1 to 1).
 * null means not measured or not defined, never 0.
 */
export interface Estimate {
  readonly mean: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly standardError?: number | null;
  /** One value per seed, in the same order for every row; null where a seed has none. */
  readonly values?: readonly (number | null)[];
}

/** Whether an estimate holds a number that can be drawn. */
export function isMeasured(estimate: Estimate | null | undefined): estimate is Estimate & { mean: number } {
  return estimate !== null && estimate !== undefined && estimate.mean !== null &&
    Number.isFinite(estimate.mean);
}

/** Plotly error bars of estimates, in percent; no bar where there is no interval. */
export function errorBars(estimates: readonly (Estimate | null)[], style: Readonly<Record<string, unknown>>) {
  const distance = (estimate: Estimate | null, end: number | null | undefined) =>
    isMeasured(estimate) && end !== null && end !== undefined && Number.isFinite(end)
      ? Math.abs(100 * (end - estimate.mean))
      : 0;
  return {
    type: "data",
    symmetric: false,
    array: estimates.map((estimate) => distance(estimate, estimate?.high)),
    arrayminus: estimates.map((estimate) => distance(estimate, estimate?.low)),
    ...style,
  };
}
