/**
 * The loss of a run on one axis of steps, smoothed, and thinned to what a picture can show.
 *
 * @module
 */

/** One recorded loss; tasks and steps are counted from 1, steps anew in each task. */
export interface LossPoint {
  readonly task: number;
  readonly step: number;
  readonly value: number;
}

/** A point on the axis of all steps; null breaks the line. */
export interface CurvePoint {
  readonly step: number;
  readonly value: number | null;
}

/** What is drawn of one run. */
export interface LossCurve {
  readonly raw: readonly CurvePoint[];
  readonly mean: readonly CurvePoint[];
  /** The last finite point of a run whose loss became infinite or not a number. */
  readonly diverged: { readonly step: number; readonly value: number } | null;
}

const mostPoints = 1600;

/** Where each task starts on the axis of all steps, and the end of the last: T + 1 numbers. */
export function taskStarts(runs: readonly (readonly LossPoint[])[]): number[] {
  const lengths: number[] = [];
  for (const { task, step } of runs.flat()) lengths[task - 1] = Math.max(lengths[task - 1] ?? 0, step);
  const starts = [0];
  for (let task = 0; task < lengths.length; task++) starts.push(starts[task] + (lengths[task] ?? 0));
  return starts;
}

/**
 * Smooths a loss by the mean over a window of neighbouring steps of the same task. The window is centred,
 * shrinks towards the first step, where losses fall fast, and is cut off at the last: the mean does not lag
 * behind and does not mix two tasks.
 *
 * @param points of one run, in order
 * @param options where tasks start, and the width of the window in steps
 */
export function lossCurve(
  points: readonly LossPoint[],
  options: { readonly starts: readonly number[]; readonly window: number },
): LossCurve {
  const { starts, window } = options;
  const finite = points.filter(({ value }) => Number.isFinite(value));
  const raw: CurvePoint[] = [];
  const mean: CurvePoint[] = [];
  for (let task = 1; task < starts.length; task++) {
    const inTask = finite.filter((point) => point.task === task);
    const steps = inTask.map(({ step }) => starts[task - 1] + step);
    if (inTask.length === 0) continue;
    if (raw.length > 0) { for (const line of [raw, mean]) line.push({ step: steps[0], value: null }); }
    const values = inTask.map(({ value }) => value);
    raw.push(...values.map((value, i) => ({ step: steps[i], value })));
    mean.push(...centredMeans(values, window).map((value, i) => ({ step: steps[i], value })));
  }
  const isDiverged = finite.length < points.length;
  const last = mean.at(-1);
  return {
    raw: thin(raw),
    mean: thin(mean),
    diverged: isDiverged && last ? { step: last.step, value: last.value! } : null,
  };
}

function centredMeans(values: readonly number[], window: number): number[] {
  const sums = [0];
  for (const value of values) sums.push(sums[sums.length - 1] + value);
  return values.map((_, i) => {
    const before = Math.min(Math.floor(window / 2), i);
    const end = Math.min(i + before + 1, values.length);
    return (sums[end] - sums[i - before]) / (end - i + before);
  });
}

/** Keeps the lowest and the highest point of each stretch, and every break. */
function thin(points: readonly CurvePoint[]): CurvePoint[] {
  if (points.length <= mostPoints) return [...points];
  const length = Math.ceil(2 * points.length / mostPoints);
  const kept: CurvePoint[] = [];
  for (let at = 0; at < points.length; at += length) {
    const stretch = points.slice(at, at + length);
    const finite = stretch.filter(({ value }) => value !== null);
    const by = (sign: number) =>
      finite.reduce((best, one) => sign * one.value! > sign * best.value! ? one : best);
    const chosen = finite.length === 0 ? [] : [by(-1), by(1)];
    kept.push(...stretch.filter((point) => point.value === null || chosen.includes(point)));
  }
  return kept;
}
