/** A small picture of how far a run is. @module */

/** What the picture shows. */
export interface RunState {
  readonly done: number;
  readonly total: number;
  /** Values so far, with the amount of work done at each; in order. */
  readonly curve: readonly { readonly done: number; readonly value: number }[];
  /** Amounts of work at which something new began, such as a task. */
  readonly starts: readonly number[];
}

const WIDTH = 480;
const BAR = 6;
const CURVE = 90;
const POINTS = 240;

// Colours that can be read on a white page and on a dark one: a picture does not know where it stands.
const DONE = "#3a82b8";
const REST = "#8c959f55";
const QUIET = "#8c959f";

/**
 * A bar and, where there are values, their curve, as SVG. Neighbouring values are averaged where there are more
 * than the picture has points; its height goes from the least to the greatest average.
 */
export function lossPicture({ done, total, curve, starts }: RunState): string {
  const place = (work: number) => round(WIDTH * Math.min(1, work / total));
  const points = averages(curve.filter(({ value }) => Number.isFinite(value)), total / POINTS);
  const height = BAR + (points.length > 1 ? CURVE : 0);
  const low = Math.min(...points.map(({ value }) => value));
  const range = Math.max(...points.map(({ value }) => value)) - low || 1;
  const level = (value: number) => round(height - 3 - (CURVE - 12) * (value - low) / range);
  const parts = [
    `<rect width="${WIDTH}" height="${BAR}" rx="3" fill="${REST}"/>`,
    `<rect width="${place(done)}" height="${BAR}" rx="3" fill="${DONE}"/>`,
  ];
  if (points.length > 1) {
    parts.push(
      ...starts.map((start) =>
        `<path d="M${place(start)} ${BAR + 4}V${height}" stroke="${QUIET}" stroke-dasharray="2 3"/>`
      ),
    );
    const line = points.map((point) => `${place(point.done)},${level(point.value)}`).join(" ");
    parts.push(`<polyline points="${line}" fill="none" stroke="${DONE}" stroke-width="1.5"/>`);
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}">${
    parts.join("")
  }</svg>`;
}

/** The mean of the values in each stretch of work. */
function averages(curve: RunState["curve"], stretch: number): { done: number; value: number }[] {
  const means: { done: number; value: number; count: number; stretch: number }[] = [];
  for (const { done, value } of curve) {
    const at = Math.floor(done / stretch);
    const last = means.at(-1);
    if (last?.stretch === at) {
      last.count++;
      last.value += (value - last.value) / last.count;
    } else {
      means.push({ done, value, count: 1, stretch: at });
    }
  }
  return means;
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
