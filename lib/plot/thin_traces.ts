/**
 * Traces of very many points, thinned to what a picture of the usual width can show, so that a figure stays quick to
 * draw and small to keep. What is left out is said.
 *
 * @module
 */
import type { Trace } from "./plotly_value.ts";

/** Traces of at most so many points are left as they are. */
const mostPoints = 4000;
/** Of markers, each an element of the picture, at most so many are drawn. */
const mostMarkers = 1000;
/** A line is kept in so many stretches: more than one for each pixel of the usual width. */
const stretches = 1000;
/** The grid in which only one of several markers is kept is so many cells wide and high: 3 pixels each. */
const cells = 300;

/** Traces, and how many points of how many are in them where a reader could miss some. */
export interface ThinnedTraces {
  readonly traces: readonly Trace[];
  /** null where nothing was left out that could be seen. */
  readonly note: string | null;
}

type Numbers = ArrayLike<unknown>;

/**
 * Thins scatter traces of more than 4000 points. Of a line whose x rises, each of 1000 stretches keeps its first,
 * lowest, highest and last point, which draws the same picture at 900 pixels, without markers, which would hide it. Of
 * markers in the same 3 pixels one is kept, and of what is left every n-th, so that at most 1000 are drawn.
 *
 * @param traces of one figure
 */
export function thinTraces(traces: readonly Trace[]): ThinnedTraces {
  let [drawn, given] = [0, 0];
  const thinned = traces.map((trace) => {
    const { x, y, type = "scatter", mode = "lines" } = trace;
    const isLong = isArray(y) && y.length > mostPoints &&
      (x === undefined || isArray(x) && x.length === y.length);
    if (type !== "scatter" || !isLong) return trace;
    const xs: Numbers = isArray(x) ? x : Array.from(y, (_, i) => i);
    const isLine = String(mode).includes("lines") && isRising(xs);
    const kept = isLine ? extremes(y) : spread(xs, y);
    if (!isLine) [drawn, given] = [drawn + kept.length, given + y.length];
    const picked = { ...pick(trace, kept, y.length), x: kept.map((i) => xs[i]) };
    return isLine ? { ...picked, mode: "lines" } : picked;
  });
  const count = (points: number) => points.toLocaleString("en-US");
  return { traces: thinned, note: given > drawn ? `${count(drawn)} of ${count(given)} points drawn` : null };
}

/**
 * Numbers of a long list without digits that no picture shows: at least five decimal places of the range they span.
 *
 * @returns how to round one of them, or null for a short list
 */
export function roundingOf(values: ArrayLike<unknown>): ((value: number) => number) | null {
  if (values.length <= 1000) return null;
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value !== "number" || !Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(high > low)) return null;
  const lost = Math.log10(Math.max(Math.abs(low), Math.abs(high)) / (high - low));
  const digits = Math.min(17, Math.max(5, 5 + Math.ceil(lost)));
  return (value) => Number.isInteger(value) ? value : Number(value.toPrecision(digits));
}

function isArray(value: unknown): value is Numbers {
  return Array.isArray(value) || ArrayBuffer.isView(value) && !(value instanceof DataView);
}

function isRising(values: Numbers): boolean {
  for (let i = 1; i < values.length; i++) {
    if (!((values[i] as number) >= (values[i - 1] as number))) return false;
  }
  return true;
}

/** First, lowest, highest and last of each stretch, and the first gap in it. */
function extremes(y: Numbers): number[] {
  const kept: number[] = [];
  for (let stretch = 0; stretch < stretches; stretch++) {
    const start = Math.floor(stretch * y.length / stretches);
    const end = Math.floor((stretch + 1) * y.length / stretches);
    let [low, high, gap] = [-1, -1, -1];
    for (let i = start; i < end; i++) {
      const value = y[i] as number;
      if (!Number.isFinite(value)) {
        if (gap < 0) gap = i;
      } else {
        if (low < 0 || value < (y[low] as number)) low = i;
        if (high < 0 || value > (y[high] as number)) high = i;
      }
    }
    const chosen = [start, low, high, gap, end - 1].filter((i) => i >= 0);
    kept.push(...new Set(chosen.sort((a, b) => a - b)));
  }
  return kept;
}

/** One point of each cell of a fine grid, then every n-th of those. */
function spread(x: Numbers, y: Numbers): number[] {
  const [column, row] = [cellOf(x), cellOf(y)];
  const taken = new Set<number>();
  const kept: number[] = [];
  for (let i = 0; i < y.length; i++) {
    const cell = column(x[i]) * (cells + 1) + row(y[i]);
    if (Number.isNaN(cell) || taken.has(cell)) continue;
    taken.add(cell);
    kept.push(i);
  }
  const step = Math.ceil(kept.length / mostMarkers);
  return kept.filter((_, i) => i % step === 0);
}

function cellOf(values: Numbers): (value: unknown) => number {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = Number(values[i]);
    if (value < low) low = value;
    if (value > high && value < Infinity) high = value;
  }
  const width = (high - low) / cells || 1;
  return (value) => value === null ? NaN : Math.floor((Number(value) - low) / width);
}

/** A trace with only some of its points: every list of their number, in it and one level below, is cut. */
function pick(trace: Trace, kept: readonly number[], length: number, depth = 0): Trace {
  return Object.fromEntries(
    Object.entries(trace).map(([name, value]) => {
      if (isArray(value) && value.length === length) return [name, kept.map((i) => value[i])];
      if (depth === 0 && value !== null && typeof value === "object" && !isArray(value)) {
        return [name, pick(value as Trace, kept, length, 1)];
      }
      return [name, value];
    }),
  );
}
