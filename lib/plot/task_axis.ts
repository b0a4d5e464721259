/**
 * The axis of all training steps, task after task: names above it, lines between.
 *
 * @module
 */
import type { Layout } from "./figure.ts";
import { plotlyText, shorten } from "./label.ts";

/** A dotted line where each task but the first starts. */
export function taskDividers(starts: readonly number[]): Layout[] {
  return starts.slice(1, -1).map((start) => ({
    type: "line",
    xref: "x",
    yref: "paper",
    x0: start,
    x1: start,
    y0: 0,
    y1: 1,
    line: { color: "rgba(127,127,127,0.8)", width: 1, dash: "dot" },
  }));
}

/**
 * The name of each task above its steps, as short as its room.
 *
 * @param starts where each task starts on the axis of all steps, and the end of the last
 * @param taskNames in order; where there is none, "task i"
 * @param plotWidth in pixels
 */
export function taskTitles(
  starts: readonly number[],
  taskNames: readonly string[],
  plotWidth: number,
): Layout[] {
  const end = starts[starts.length - 1];
  return starts.slice(0, -1).map((start, i) => {
    const room = Math.floor(((starts[i + 1] - start) / end * plotWidth - 12) / 7.4);
    const name = taskNames[i] ?? `task ${i + 1}`;
    return {
      text: plotlyText(
        [...name].length <= room || room >= 6 ? shorten(name, Math.max(room, 3)) : String(i + 1),
      ),
      xref: "x",
      yref: "paper",
      x: (start + starts[i + 1]) / 2,
      y: 1,
      yanchor: "bottom",
      xanchor: "center",
      yshift: 2,
    };
  });
}
