/**
 * Accuracy matrices side by side, one panel a row of results.
 *
 * @module
 */
import {
  type AccuracyCells,
  type AccuracyPanelOptions,
  accuracyShapes,
  accuracyTrace,
} from "./accuracy_matrix_panel.ts";
import { emptyFigure } from "./empty_figure.ts";
import { type Figure, figure } from "./figure.ts";
import { designWidth, frame, type Panel, panelGrid, panelTitle } from "./frame.ts";
import { plotlyText, shorten, tickLabels } from "./label.ts";

/** One accuracy matrix and its name. */
export interface LabelledAccuracy {
  readonly label: string;
  /** Rows: after task 0 (before training), 1, …, T; columns: tasks; fractions, null = not measured. */
  readonly accuracy: AccuracyCells;
  /** Stands beside the label: "AP 75.2 %". */
  readonly note?: string;
}

/** What {@link accuracyMatricesFigure} shows. */
export interface AccuracyMatricesData {
  /** In the order they were learned; where orders differ between seeds, "task 1", "task 2", … */
  readonly taskNames: readonly string[];
  readonly matrices: readonly LabelledAccuracy[];
  readonly title?: string;
  readonly subtitle?: string;
}

/**
 * Heatmaps of accuracy in percent: a row for each moment (before training, after task 1, 2, …), a column for
 * each task. Cells that were not measured are hatched, never 0; the outlined diagonal is the accuracy right
 * after learning, so what stands below it is what was kept.
 *
 * @param data matrices of the same tasks
 * @returns one panel a matrix, three in a row (fewer with many tasks)
 *
 * @example Two rows of an ablation
 * ```ts
 * import { plot } from "gorp";
 * const taskNames = ["topic", "tone"];
 * const shown = plot.accuracyMatricesFigure({
 *   taskNames,
 *   matrices: [
 *     { label: "B", accuracy: [[0.2, 0.3], [0.97, 0.3], [0.41, 0.96]] },
 *     { label: "B+L+S", accuracy: [[0.2, 0.3], [0.97, 0.3], [0.71, 0.96]] },
 *   ],
 * });
 * console.log(shown.alt);
 * ```
 */
export function accuracyMatricesFigure(data: AccuracyMatricesData): Figure {
  const { taskNames, title = "Accuracy after each task" } = data;
  const matrices = data.matrices.filter(({ accuracy }) => accuracy.some(hasValue));
  const tasks = taskNames.length;
  if (matrices.length === 0 || tasks === 0) return emptyFigure(title, "no accuracy was recorded");
  const columns = Math.min(matrices.length, tasks <= 5 ? 3 : tasks <= 9 ? 2 : 1);
  const firstRow = matrices.some(({ accuracy }) => hasValue(accuracy[0] ?? [])) ? 0 : 1;
  const rows = Math.max(...matrices.map(({ accuracy }) => accuracy.length)) - firstRow;
  const isComplete = matrices.every(({ accuracy }) =>
    accuracy.slice(firstRow).every((row) => row.every(isValue))
  );
  const keys = ["outlined: right after learning", isComplete ? "" : "hatched: not measured"];
  const subtitle = [data.subtitle, ...keys].filter(Boolean).join(" · ");
  const isSingle = matrices.length === 1;

  const nameLength = isSingle ? 20 : 14;
  const names = tickLabels(taskNames, nameLength);
  const longest = Math.min(nameLength, Math.max(...taskNames.map((name) => [...name].length)));
  const left = 62 + 7 * longest;
  const right = 84;
  const plotWidth = designWidth - left - right;
  const gapX = 28;
  const cellWidth = (plotWidth - (columns - 1) * gapX) / columns / tasks;
  const isTilted = 7.2 * longest + 6 > cellWidth;
  const tickHeight = isTilted ? 22 + Math.ceil(5 * longest) : 24;
  const cellHeight = Math.max(20, Math.min(44, cellWidth * 0.62));
  const gapY = tickHeight + 34;
  const { panels, plotHeight } = panelGrid(matrices.length, {
    columns,
    panelHeight: cellHeight * rows,
    gapX,
    gapY,
    plotWidth,
  });
  const options: AccuracyPanelOptions = { taskNames, firstRow, cellWidth, cellHeight };
  const moments = Array.from({ length: rows }, (_, i) => firstRow + i);

  const axes = (panel: Panel) => ({
    [panel.xaxis]: {
      domain: panel.xDomain,
      anchor: panel.y,
      range: [0.5, tasks + 0.5],
      tickvals: names.map((_, task) => task + 1),
      ticktext: names,
      tickangle: isTilted ? -40 : 0,
      showgrid: false,
      ticks: "",
      title: panel.row === lastRow(panel) ? { text: "task evaluated" } : undefined,
    },
    [panel.yaxis]: {
      domain: panel.yDomain,
      anchor: panel.x,
      range: [firstRow + rows - 0.5, firstRow - 0.5],
      tickvals: moments,
      ticktext: moments.map((row) => momentLabel(row, names[row - 1])),
      ...(panel.column === 0 ? { ticklabelstandoff: 5 } : { showticklabels: false }),
      showgrid: false,
      ticks: "",
      title: panel.column === 0 && panel.row === 0 ? { text: "after learning task" } : undefined,
    },
  });
  const lastRow = (panel: Panel) => Math.floor((matrices.length - 1 - panel.column) / columns);

  return figure({
    title,
    alt: alternative(data, matrices),
    data: matrices.map(({ accuracy }, i) => accuracyTrace(accuracy, panels[i], options)),
    layout: {
      ...frame({
        title,
        subtitle,
        plotHeight,
        left,
        right,
        bottom: tickHeight + 26,
        panelTitle: isSingle ? 6 : 24,
      }),
      ...Object.assign({}, ...panels.map(axes)),
      coloraxis: {
        cmin: 0,
        cmax: 100,
        colorbar: {
          title: { text: "accuracy (%)", side: "right" },
          len: Math.min(1, 260 / plotHeight),
          y: 1,
          yanchor: "top",
          ypad: 0,
          xpad: 14,
        },
      },
      shapes: matrices.flatMap(({ accuracy }, i) => accuracyShapes(accuracy, panels[i], options)),
      annotations: isSingle
        ? []
        : matrices.map(({ label, note }, i) =>
          panelTitle(panels[i], plotlyText(shorten(note ? `${label} · ${note}` : label, 40)))
        ),
    },
  });
}

function momentLabel(row: number, name = ""): string {
  if (row === 0) return "before";
  return name.endsWith(String(row)) ? name : `${row} · ${name}`;
}

function hasValue(row: readonly (number | null)[]): boolean {
  return row.some(isValue);
}

function isValue(value: number | null): value is number {
  return value !== null && Number.isFinite(value);
}

function alternative({ taskNames }: AccuracyMatricesData, matrices: readonly LabelledAccuracy[]): string {
  const ends = matrices.map(({ label, accuracy, note }) => {
    const measured = (accuracy.at(-1) ?? []).filter(isValue);
    const mean = measured.reduce((sum, value) => sum + value, 0) / measured.length;
    const end = measured.length > 0
      ? `${(100 * mean).toFixed(1)} % on average after the last task`
      : "not finished";
    return `${label}: ${note ?? end}`;
  });
  return `Accuracy on each task after each of ${taskNames.length} ${
    taskNames.length === 1 ? "task" : "tasks"
  }. ${ends.join("; ")}.`;
}
