/**
 * The figure of no data: it says so.
 *
 * @module
 */
import { type Figure, figure } from "./figure.ts";
import { frame } from "./frame.ts";
import { plotlyText } from "./label.ts";

/**
 * A figure that says that nothing was measured yet, and what would be shown.
 *
 * @param title the title the figure would have
 * @param what what is missing, as the end of a sentence: "no accuracy was recorded"
 *
 * @example Before the first task has ended
 * ```ts
 * import { plot } from "gorp";
 * console.log(plot.emptyFigure("Accuracy", "no accuracy was recorded").alt);
 * ```
 */
export function emptyFigure(title: string, what: string): Figure {
  const sides = { left: 24, right: 24, bottom: 24 };
  return figure({
    title,
    alt: `${title}: nothing measured yet, ${what}.`,
    data: [],
    layout: {
      ...frame({ title, plotHeight: 110, ...sides }),
      xaxis: { visible: false, range: [0, 1] },
      yaxis: { visible: false, range: [0, 1] },
      annotations: [{
        text: `<b>nothing measured yet</b><br>${plotlyText(what)}`,
        xref: "paper",
        yref: "paper",
        x: 0.5,
        y: 0.5,
        xanchor: "center",
        yanchor: "middle",
        font: { size: 14 },
      }],
      shapes: [{
        type: "rect",
        xref: "paper",
        yref: "paper",
        x0: 0,
        x1: 1,
        y0: 0,
        y1: 1,
        line: { color: "rgba(127,127,127,0.6)", width: 1, dash: "dash" },
      }],
    },
  });
}
