/**
 * A figure as a plain value: what plotly needs, and what a reader needs who cannot see it.
 *
 * @module
 */
import type { Layout, PlotlyValue, Trace } from "./plotly_value.ts";
import { themeTemplate } from "./theme.ts";
import { roundingOf, thinTraces } from "./thin_traces.ts";

export type { Layout, PlotlyValue, Trace };

/** A plotly figure with its title and a sentence that says what it shows. `JSON.stringify` gives plotly JSON. */
export interface Figure extends PlotlyValue {
  /** Plain text, not escaped. */
  readonly title: string;
  /** What the figure shows, in words, for readers who cannot see it. */
  readonly alt: string;
  /** Height in CSS pixels; the width is that of the page. */
  readonly height: number;
  toJSON(): PlotlyValue;
}

/** The parts of a {@link Figure}. `layout.height` is required, in pixels. */
export interface FigureParts {
  readonly title: string;
  readonly alt: string;
  readonly data: readonly Trace[];
  readonly layout: Layout;
}

/**
 * Makes a figure in the light theme: typed arrays become lists, numbers that JSON cannot hold become null
 * (a gap in a line, an empty cell), entries that are `undefined` are dropped. Scatter traces of more than 4000 points
 * are thinned to what a picture shows; where markers are left out, the figure and its alternative text say so.
 *
 * @param parts title, alternative text, traces and layout
 * @returns a value that holds no reference to what it was made from
 * @throws {RangeError} if the layout has no height
 *
 * @example A figure of one line
 * ```ts
 * import { plot } from "gorp";
 * const one = plot.figure({
 *   title: "Loss",
 *   alt: "The loss falls from 2 to 1.",
 *   data: [{ type: "scatter", x: [1, 2], y: Float32Array.of(2, 1) }],
 *   layout: { height: 300 },
 * });
 * console.log(JSON.stringify(one));
 * ```
 */
export function figure({ title, alt, data, layout }: FigureParts): Figure {
  if (!(Number(layout.height) > 0)) {
    throw new RangeError(
      `Making the figure "${title}" needs layout.height in pixels, above 0; given ${layout.height}.`,
    );
  }
  const { traces, note } = thinTraces(data);
  const noted = note === null ? layout : { ...layout, annotations: [...annotationsOf(layout), noteOn(note)] };
  const value: PlotlyValue = {
    data: plainJson(traces) as readonly Trace[],
    layout: plainJson({ template: themeTemplate("light"), ...noted }) as Layout,
  };
  return Object.freeze({
    title,
    alt: note === null ? alt : `${alt} ${note}.`,
    ...value,
    height: Number(layout.height),
    toJSON: () => value,
  });
}

function annotationsOf({ annotations }: Layout): readonly Layout[] {
  return Array.isArray(annotations) ? annotations : [];
}

/** In the lower right corner of the plot. */
function noteOn(text: string): Layout {
  const corner = { xref: "paper", yref: "paper", x: 1, y: 0, xanchor: "right", yanchor: "bottom" };
  return { text, ...corner, opacity: 0.8, font: { size: 10 } };
}

function plainJson(value: unknown): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (value === null || typeof value !== "object") return value;
  if (ArrayBuffer.isView(value) || Array.isArray(value)) {
    const list = value as unknown as ArrayLike<unknown>;
    const round = roundingOf(list);
    return Array.from(list, (one) => plainJson(round && typeof one === "number" ? round(one) : one));
  }
  return Object.fromEntries(
    Object.entries(value).filter(([, entry]) => entry !== undefined)
      .map(([name, entry]) => [name, plainJson(entry)]),
  );
}
