/**
 * Lines of any numbers: for questions that have no figure of their own.
 *
 * @module
 */
import { emptyFigure } from "./empty_figure.ts";
import { type Figure, figure, type Layout, type Trace } from "./figure.ts";
import { frame } from "./frame.ts";
import { plotlyText, shorten } from "./label.ts";
import { orderedColors, type SeriesStyle, seriesStyles } from "./palette.ts";

/** One line. */
export interface Line {
  readonly label: string;
  readonly x: ArrayLike<number>;
  /** As many values; null or NaN leaves a gap. */
  readonly y: ArrayLike<number | null>;
}

/** One axis. */
export interface LineAxis {
  /** With the unit. */
  readonly title: string;
  readonly log?: boolean;
  /** Values that must be on the axis; the rest of its range follows the data. */
  readonly include?: readonly number[];
}

/** What {@link lineFigure} shows. */
export interface LineData {
  readonly title: string;
  readonly subtitle?: string;
  readonly x: LineAxis;
  readonly y: LineAxis;
  readonly lines: readonly Line[];
  /** Lines stand for things in an order (steps, tasks), which their colours follow. */
  readonly ordered?: boolean;
}

/** Up to so many whole numbers a logarithmic axis names each of them. */
const MOST_TICKS = 8;

/** Up to so many points a line shows each of them. */
const MOST_MARKERS = 40;

/**
 * Lines over a common axis, with markers where there are few points. Values that a logarithmic axis cannot show are
 * gaps.
 *
 * @throws {RangeError} if a line has not as many x as y
 *
 * @example Two lines
 * ```ts
 * import { plot } from "gorp";
 * const shown = plot.lineFigure({
 *   title: "Energy in the first k directions",
 *   x: { title: "k" },
 *   y: { title: "share of the energy", include: [0, 1] },
 *   lines: [{ label: "q", x: [1, 2, 4], y: [0.6, 0.8, 0.95] }, { label: "v", x: [1, 2, 4], y: [0.4, 0.7, 0.9] }],
 * });
 * console.log(shown.alt);
 * ```
 */
export function lineFigure(data: LineData): Figure {
  const { title, subtitle, lines, ordered = false } = data;
  const uneven = lines.find(({ x, y }) => x.length !== y.length);
  if (uneven) {
    throw new RangeError(
      `Drawing the line "${uneven.label}" needs as many x as y; given ${uneven.x.length} and ${uneven.y.length}.`,
    );
  }
  const drawn = lines.map((line) => ({ ...line, ...points(line, data) }));
  if (drawn.every(({ y }) => y.every((value) => value === null))) {
    return emptyFigure(title, "there is nothing to draw");
  }
  const looks = ordered ? orderedStyles(lines.length) : styles(lines.map(({ label }) => label));
  return figure({
    title,
    alt: alternative(data),
    data: drawn.map((line, i) => trace(line, looks[i])),
    layout: {
      ...frame({
        title,
        subtitle,
        plotHeight: 280,
        left: 78,
        right: 20,
        bottom: 50,
        legend: lines.length > 1 ? lines.map(({ label }) => label) : [],
      }),
      xaxis: axis(data.x, drawn.flatMap(({ x }) => x)),
      yaxis: axis(data.y, drawn.flatMap(({ y }) => y)),
    },
  });
}

interface Points {
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
}

function points({ x, y }: Line, axes: Pick<LineData, "x" | "y">): Points {
  const shown = (value: number | null, { log }: LineAxis) =>
    value !== null && Number.isFinite(value) && !(log && value <= 0);
  const kept = Array.from(x, (_, i) => i).filter((i) => shown(x[i], axes.x));
  return { x: kept.map((i) => x[i]), y: kept.map((i) => shown(y[i], axes.y) ? y[i] : null) };
}

function trace({ label, x, y }: Points & { readonly label: string }, style: SeriesStyle): Trace {
  const hasMarkers = x.length <= MOST_MARKERS;
  return {
    type: "scatter",
    mode: hasMarkers ? "lines+markers" : "lines",
    name: plotlyText(shorten(label, 40)),
    legendgroup: label,
    x,
    y,
    line: { color: style.color, width: 2, dash: style.dash },
    marker: hasMarkers ? { color: style.color, symbol: style.symbol, size: 6 } : undefined,
    hovertemplate: "%{x:.4~g}: %{y:.4~g}<extra>%{fullData.name}</extra>",
  };
}

/** All lines solid: of few lines, colours and markers tell enough. */
function styles(labels: readonly string[]): SeriesStyle[] {
  const symbols = ["circle", "square", "diamond", "triangle-up", "star-diamond", "cross"];
  return seriesStyles(labels).map(({ color }, i) => ({
    color,
    symbol: symbols[i % symbols.length],
    dash: "solid",
  }));
}

function orderedStyles(count: number): SeriesStyle[] {
  return orderedColors(count).map((color) => ({ color, symbol: "circle", dash: "solid" }));
}

function axis({ title, log = false, include = [] }: LineAxis, values: readonly (number | null)[]): Layout {
  const all = [...values, ...include].filter((value) => value !== null).filter((value) => !log || value > 0)
    .map((value) => log ? Math.log10(value) : value);
  const [low, high] = all.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [
    Infinity,
    -Infinity,
  ]);
  const distinct = [...new Set(values.filter((value) => value !== null))];
  const pad = 0.04 * (high - low) || 0.5;
  return {
    title: { text: plotlyText(title) },
    type: log ? "log" : "linear",
    range: [low - pad, high + pad],
    ...(log ? logTicks(distinct, high - low) : {}),
  };
}

/** The values themselves where they are few whole numbers, such as sizes; else powers of ten. */
function logTicks(values: readonly number[], decades: number): Layout {
  return values.length <= MOST_TICKS && values.every(Number.isInteger)
    ? { tickvals: values, ticktext: values.map(String) }
    : { dtick: Math.max(1, Math.ceil(decades / 7)), exponentformat: "power", showexponent: "all" };
}

function alternative({ lines, x, y }: LineData): string {
  const parts = lines.map(({ label, y }) => {
    const values = Array.from(y).filter((value) => value !== null && Number.isFinite(value)) as number[];
    const number = (value: number | undefined) =>
      value === undefined ? "nothing" : String(Number(value.toPrecision(3)));
    return `${label}: from ${number(values[0])} to ${number(values.at(-1))}`;
  });
  return `${y.title} over ${x.title}, ${lines.length} line${lines.length === 1 ? "" : "s"}. ${
    parts.join("; ")
  }.`;
}
