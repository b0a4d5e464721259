/**
 * One accuracy matrix inside a figure: the cells, the hatching of what was not measured, the outlined diagonal.
 *
 * @module
 */
import type { Layout, Trace } from "./figure.ts";
import type { Panel } from "./frame.ts";
import { percent, plotlyText } from "./label.ts";

/** Rows: after task 0 (before training), 1, …, T; columns: tasks 1 … T; fractions, null = not measured. */
export type AccuracyCells = readonly (readonly (number | null)[])[];

/** What a panel needs to know beside the cells. */
export interface AccuracyPanelOptions {
  readonly taskNames: readonly string[];
  /** The first row drawn: 0 with the row "before training", else 1. */
  readonly firstRow: number;
  /** Pixels of a cell, to decide how many digits fit. */
  readonly cellWidth: number;
  readonly cellHeight: number;
}

/** The heatmap of one matrix, values in percent, on the colour axis `coloraxis`. */
export function accuracyTrace(cells: AccuracyCells, panel: Panel, options: AccuracyPanelOptions): Trace {
  const { taskNames, firstRow, cellWidth, cellHeight } = options;
  const rows = cells.slice(firstRow);
  const decimals = cellWidth >= 38 ? 1 : 0;
  const size = Math.max(
    7,
    Math.min(13, Math.floor(cellWidth / (decimals ? 3.1 : 2.1)), Math.floor(cellHeight / 1.5)),
  );
  const hasText = cellWidth >= 15 && cellHeight >= 11;
  const name = (task: number) => plotlyText(taskNames[task] ?? `task ${task + 1}`);
  const moment = (row: number) => row === 0 ? "before training" : `after task ${row}: ${name(row - 1)}`;
  return {
    type: "heatmap",
    xaxis: panel.x,
    yaxis: panel.y,
    x: taskNames.map((_, task) => task + 1),
    y: rows.map((_, i) => firstRow + i),
    z: rows.map((row) => taskNames.map((_, task) => scaled(row[task]))),
    text: rows.map((row) =>
      taskNames.map((_, task) => isNumber(row[task]) ? percent(row[task], decimals) : "")
    ),
    texttemplate: hasText ? "%{text}" : undefined,
    textfont: { size },
    hovertext: rows.map((row, i) =>
      taskNames.map((_, task) => `${name(task)}<br>${moment(firstRow + i)}<br>${percent(row[task])} %`)
    ),
    hoverinfo: "text",
    hoverongaps: false,
    xgap: 2,
    ygap: 2,
    coloraxis: "coloraxis",
  };
}

/** Hatching over the cells without a value, and an outline around the diagonal (right after learning). */
export function accuracyShapes(cells: AccuracyCells, panel: Panel, options: AccuracyPanelOptions): Layout[] {
  const { taskNames, firstRow } = options;
  const hatching: string[] = [];
  const diagonal: string[] = [];
  for (let row = firstRow; row < cells.length; row++) {
    for (let task = 0; task < taskNames.length; task++) {
      if (!isNumber(cells[row][task])) hatching.push(cellHatching(task + 1, row));
      else if (row === task + 1) diagonal.push(cellOutline(task + 1, row, options));
    }
  }
  const paths = [
    { path: hatching.join(""), line: { color: "rgba(127,127,127,0.45)", width: 1 } },
    { path: diagonal.join(""), line: { width: 1.5 } },
  ];
  return paths.filter(({ path }) => path !== "")
    .map((shape) => ({ type: "path", xref: panel.x, yref: panel.y, layer: "above", ...shape }));
}

/** Three strokes that continue into the neighbouring cells. */
function cellHatching(x: number, y: number): string {
  const [left, right, top, bottom] = [x - 0.5, x + 0.5, y - 0.5, y + 0.5];
  return `M${left},${y}L${x},${top}M${left},${bottom}L${right},${top}M${x},${bottom}L${right},${y}`;
}

/** The border of the filled part of a cell. */
function cellOutline(x: number, y: number, { cellWidth, cellHeight }: AccuracyPanelOptions): string {
  const [halfWidth, halfHeight] = [0.5 - 1 / cellWidth, 0.5 - 1 / cellHeight];
  const [left, right] = [x - halfWidth, x + halfWidth].map((value) => value.toFixed(4));
  const [top, bottom] = [y - halfHeight, y + halfHeight].map((value) => value.toFixed(4));
  return `M${left},${top}L${right},${top}L${right},${bottom}L${left},${bottom}Z`;
}

function isNumber(value: number | null | undefined): value is number {
  return value !== null && value !== undefined && Number.isFinite(value);
}

function scaled(value: number | null | undefined): number | null {
  return isNumber(value) ? 100 * value : null;
}
