/**
 * The capacity of shared spaces in a panel: a line where it is near the data, else a note.
 *
 * @module
 */
import type { Layout } from "./figure.ts";
import type { Panel } from "./frame.ts";
import { isNumber, type SpaceGrowthSeries } from "./space_growth_lines.ts";

/** Capacities that are near enough to the data to be drawn without flattening it. */
export function axisTop(series: readonly SpaceGrowthSeries[]): number {
  const most = Math.max(1, ...series.flatMap(({ columns }) => columns.filter(isNumber)));
  return Math.max(most, ...capacities(series).filter((capacity) => capacity <= 5 * most));
}

/** The different capacities in a panel, smallest first. */
export function capacities(series: readonly SpaceGrowthSeries[]): number[] {
  return [...new Set(series.flatMap(({ capacity }) => capacity ?? []))].sort((a, b) => a - b);
}

/** A dashed line for each capacity within the axis. */
export function capacityLines(panel: Panel, series: readonly SpaceGrowthSeries[]): Layout[] {
  return capacities(series).filter((capacity) => capacity <= axisTop(series)).map((capacity) => ({
    type: "line",
    xref: `${panel.x} domain`,
    yref: panel.y,
    x0: 0,
    x1: 1,
    y0: capacity,
    y1: capacity,
    line: { width: 1.5, dash: "dash" },
  }));
}

/** What each line is, and in the corner that growing lines leave empty, the capacities beyond the axis. */
export function capacityNotes(panel: Panel, series: readonly SpaceGrowthSeries[]): Layout[] {
  const drawn = capacities(series).filter((capacity) => capacity <= axisTop(series));
  const above = capacities(series).filter((capacity) => capacity > axisTop(series));
  const xref = `${panel.x} domain`;
  const notes: Layout[] = drawn.map((capacity) => ({
    text: `capacity ${capacity}`,
    ...{ xref, x: 0.01, xanchor: "left" },
    ...{ yref: panel.y, y: capacity, yanchor: "bottom" },
  }));
  if (above.length === 0) return notes;
  return [...notes, {
    text: `capacity ${above.join(", ")} (above the axis)`,
    ...{ xref, x: 0.99, xanchor: "right" },
    ...{ yref: `${panel.y} domain`, y: 0.01, yanchor: "bottom" },
  }];
}
