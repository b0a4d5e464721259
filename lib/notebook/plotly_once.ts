/** Plotly in a live notebook: once, not with every figure. @module */
import { plotlySource } from "../plot/plotly_source.ts";
import { endedCells } from "./end_of_cell.ts";
import { plotlyHtml } from "./figure_html.ts";
import type { Sink } from "./output.ts";

// A kernel serves one notebook, hence this belongs to the process.
let shownBy: { readonly call: string; readonly cell: number } | undefined;

/**
 * Gives the notebook plotly if it has not had it, or if the call that gave it is being run again, whose earlier
 * output is gone from the notebook.
 *
 * @param name of the figure that needs it
 */
export async function showPlotlyOnce(sink: Sink, name: string): Promise<void> {
  const here = { call: `${name} ${callInCell()}`, cell: endedCells() };
  if (shownBy !== undefined && (shownBy.call !== here.call || shownBy.cell === here.cell)) return;
  shownBy = here;
  const html = plotlyHtml(await plotlySource());
  sink.display({ "text/html": html, "text/plain": "(plotly, for the interactive figures below)" });
}

/** Where in a cell the call stands that led here: the outermost line of the stack that is in no file. */
function callInCell(): string {
  return new Error().stack?.split("\n").findLast((line) => line.includes("<anonymous>:"))?.trim() ?? "";
}
