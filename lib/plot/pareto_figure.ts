/**
 * What average performance costs: which rows no other row beats at a lower or equal cost.
 *
 * @module
 */
import { emptyFigure } from "./empty_figure.ts";
import { errorBars, type Estimate, isMeasured } from "./estimate.ts";
import { type Figure, figure, type Trace } from "./figure.ts";
import { frame } from "./frame.ts";
import { percent, plotlyText, shorten } from "./label.ts";
import { type SeriesStyle, seriesStyles } from "./palette.ts";

/** One row of results with its cost. */
export interface ParetoRow {
  readonly label: string;
  /** A fraction, or its estimate over seeds; null where it was not measured. */
  readonly averagePerformance: Estimate | number | null;
  /** Above 0, in the unit of the figure; null where it was not measured. */
  readonly cost: number | null;
}

/** What {@link paretoFigure} shows. */
export interface ParetoData {
  readonly rows: readonly ParetoRow[];
  /** What the cost is, with its unit: "time of a run (s)", "trained weights". */
  readonly cost: string;
  readonly title?: string;
  readonly subtitle?: string;
}

interface Point {
  readonly label: string;
  readonly estimate: Estimate & { readonly mean: number };
  readonly cost: number;
}

/**
 * Average performance against cost, a point a row with its interval. A stepped line joins the rows that no other
 * row beats at a lower or equal cost; the others are drawn open.
 *
 * @param data rows that were measured under one budget
 *
 * @example Two rows
 * ```ts
 * import { plot } from "gorp";
 * const shown = plot.paretoFigure({
 *   cost: "time of a run (s)",
 *   rows: [
 *     { label: "B", averagePerformance: 0.7, cost: 11 },
 *     { label: "B+L+S", averagePerformance: 0.83, cost: 14 },
 *   ],
 * });
 * console.log(shown.alt);
 * ```
 */
export function paretoFigure(data: ParetoData): Figure {
  const { cost, title = "Average performance against cost", subtitle } = data;
  const points = data.rows.flatMap(({ label, averagePerformance: value, cost }): Point[] => {
    const estimate = typeof value === "number" ? { mean: value, low: null, high: null } : value;
    return isMeasured(estimate) && cost !== null && cost > 0 && Number.isFinite(cost)
      ? [{ label, estimate, cost }]
      : [];
  });
  if (points.length === 0) return emptyFigure(title, "no row has both a performance and a cost");
  const front = frontOf(points);
  const styles = seriesStyles(points.map(({ label }) => label));
  const costs = points.map((point) => point.cost);
  const isLog = Math.max(...costs) > 20 * Math.min(...costs);
  const missing = data.rows.length - points.length;
  const key = [
    subtitle,
    "filled: no other row is better at a lower or equal cost",
    missing > 0 ? `${missing} of ${data.rows.length} rows not measured` : "",
  ].filter(Boolean).join(" · ");
  return figure({
    title,
    alt: alternative(points, front, cost),
    data: [frontLine(front), ...points.map((point, i) => mark(point, styles[i], front.includes(point)))],
    layout: {
      ...frame({
        title,
        subtitle: key,
        plotHeight: 300,
        left: 66,
        right: 24,
        bottom: 52,
        panelTitle: 10,
        legend: points.map(({ label }) => shorten(label, 40)),
      }),
      xaxis: { type: isLog ? "log" : "linear", range: costRange(costs, isLog), title: { text: cost } },
      yaxis: { range: performanceRange(points), title: { text: "average performance (%)" } },
    },
  });
}

/** Rows by rising cost, each better than all that cost no more. */
function frontOf(points: readonly Point[]): Point[] {
  let best = -Infinity;
  return points.toSorted((a, b) => a.cost - b.cost || b.estimate.mean - a.estimate.mean)
    .filter(({ estimate: { mean } }) => {
      const isBetter = mean > best;
      if (isBetter) best = mean;
      return isBetter;
    });
}

function frontLine(front: readonly Point[]): Trace {
  return {
    type: "scatter",
    mode: "lines",
    x: front.map(({ cost }) => cost),
    y: front.map(({ estimate }) => 100 * estimate.mean),
    line: { shape: "hv", color: "rgba(127,127,127,0.9)", width: 1.5, dash: "dot" },
    hoverinfo: "skip",
    showlegend: false,
  };
}

function mark({ label, estimate, cost }: Point, { color, symbol }: SeriesStyle, isOnFront: boolean): Trace {
  const hasInterval = estimate.low !== null && estimate.high !== null;
  return {
    type: "scatter",
    mode: "markers",
    name: plotlyText(shorten(label, 40)),
    legendgroup: label,
    x: [cost],
    y: [100 * estimate.mean],
    error_y: hasInterval ? errorBars([estimate], { color, thickness: 1.5, width: 4 }) : undefined,
    marker: {
      color,
      size: 11,
      symbol: isOnFront ? symbol : `${symbol}-open`,
      line: { width: isOnFront ? 0 : 2, color },
    },
    hovertext: [
      `${plotlyText(label)}<br>${percent(estimate.mean)} %` +
      (hasInterval ? ` (${percent(estimate.low)} to ${percent(estimate.high)})` : "") +
      `<br>cost ${cost.toLocaleString("en-US")}`,
    ],
    hoverinfo: "text",
  };
}

function costRange(costs: readonly number[], isLog: boolean): [number, number] {
  const [low, high] = [Math.min(...costs), Math.max(...costs)];
  if (!isLog) {
    const pad = 0.15 * (high - low) || 0.2 * high;
    return [low < 0.5 * high ? 0 : low - pad, high + pad];
  }
  const pad = 0.06 * Math.log10(high / low);
  return [Math.log10(low) - pad, Math.log10(high) + pad];
}

function performanceRange(points: readonly Point[]): [number, number] {
  const numbers = points.flatMap(({ estimate: { mean, low, high } }) => [mean, low, high])
    .filter((value): value is number => value !== null && Number.isFinite(value)).map((value) => 100 * value);
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const pad = Math.max(2, 0.1 * (high - low));
  return [low - pad, high + pad];
}

function alternative(points: readonly Point[], front: readonly Point[], cost: string): string {
  const names = front.map(({ label, estimate }) => `${label} (${percent(estimate.mean)} %)`).join(", ");
  return `Average performance of ${points.length} ${points.length === 1 ? "row" : "rows"} against ${cost}. ` +
    `Not beaten at a lower or equal cost: ${names}.`;
}
