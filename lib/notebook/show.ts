/** Showing values in a notebook. @module */
import type { Figure } from "../plot/figure.ts";
import { renderPng } from "../plot/render_png.ts";
import { figureHtml } from "./figure_html.ts";
import { displaySymbol, isDisplayable, type MediaBundle, type Sink } from "./output.ts";
import { presentResultsWith } from "./end_of_cell.ts";
import { showPlotlyOnce } from "./plotly_once.ts";
import { currentSink } from "./sink.ts";
import { tableBundle, type TableRow } from "./table.ts";

/** HTML, and what to show where there is none. */
export interface Html {
  readonly html: string;
  readonly text?: string;
}

/**
 * What {@linkcode show} takes: a figure, HTML, rows of a table, or any value of a class that knows how it is
 * shown, under the key `Symbol.for("Jupyter.display")`, which types cannot express.
 */
export type Showable = Figure | Html | readonly TableRow[] | object;

/**
 * Shows a figure, a table or HTML in the cell of a notebook; in a program, prints its text.
 *
 * In a live notebook a figure is a picture that becomes interactive; stored with the notebook, it shows as a
 * picture wherever scripts do not run.
 *
 * @param value a figure; rows of a table as records; `{ html, text }`; or any value that knows how it is shown
 * @returns when the output is safe, even if the cell ends at once: await it
 * @throws {TypeError} if the value is none of these
 *
 * @example A table
 * ```ts
 * import { show } from "gorp";
 * await show([{ variant: "B", accuracy: 0.412 }, { variant: "B+L+S", accuracy: 0.693 }]);
 * ```
 */
export async function show(value: Showable): Promise<void> {
  const sink = currentSink();
  sink.display(isFigure(value) ? await figureBundle(value, sink) : await bundleOf(value));
  await sink.settle();
}

// A figure as the last value of a cell is shown as by show: its own forms could not be interactive.
presentResultsWith(async (result) => {
  if (!isFigure(result)) return false;
  await show(result);
  return true;
});

async function figureBundle(figure: Figure, sink: Sink): Promise<MediaBundle> {
  const text = { "text/plain": `${figure.title}: ${figure.alt}` };
  if (sink.kind === "console") return text;
  if (sink.kind === "kernel") await showPlotlyOnce(sink, figure.title);
  const png = (await renderPng(figure)).toBase64();
  const picture = { "image/png": png, ...text };
  return sink.kind === "kernel" ? { "text/html": figureHtml(figure, png), ...picture } : picture;
}

async function bundleOf(value: Showable): Promise<MediaBundle> {
  if (isDisplayable(value)) return await value[displaySymbol]();
  if (isTable(value)) return tableBundle(value);
  if (isHtml(value)) {
    return { "text/html": value.html, "text/plain": value.text ?? value.html };
  }
  throw new TypeError(
    'show needs a figure, a table (a list of records), { html } or a value with Symbol.for("Jupyter.display"), ' +
      `but was given ${Deno.inspect(value, { depth: 0 })}.`,
  );
}

/** Whether a value is a figure. */
export function isFigure(value: unknown): value is Figure {
  return typeof value === "object" && value !== null && "data" in value && "layout" in value &&
    "alt" in value;
}

function isHtml(value: Showable): value is Html {
  return typeof value === "object" && value !== null && "html" in value && typeof value.html === "string";
}

function isTable(value: Showable): value is readonly TableRow[] {
  return Array.isArray(value) && value.every((row) => typeof row === "object" && row !== null);
}
