/**
 * How the accuracy of each task rises when it is learned and falls when others follow.
 *
 * @module
 */
import { emptyFigure } from "./empty_figure.ts";
import { errorBars, type Estimate, isMeasured } from "./estimate.ts";
import { type Figure, figure, type Layout, type Trace } from "./figure.ts";
import { designWidth, frame, type Panel, panelGrid, panelTitle } from "./frame.ts";
import { percent, plotlyText, shorten } from "./label.ts";
import { type SeriesStyle, seriesStyles, withOpacity } from "./palette.ts";

/** The accuracy of every task at every moment, for one row of results. */
export interface TaskAccuracyRow {
  readonly label: string;
  /** Rows: after task 0 (before training), 1, …, T; columns: tasks; a fraction or its estimate over seeds. */
  readonly accuracy: readonly (readonly (Estimate | number | null)[])[];
}

/** What {@link taskAccuracyFigure} shows. */
export interface TaskAccuracyData {
  /** In the order they were learned. */
  readonly taskNames: readonly string[];
  readonly rows: readonly TaskAccuracyRow[];
  readonly title?: string;
  /** Says what the points and bars are: "mean of 8 seeds, bars: 95 % interval". */
  readonly subtitle?: string;
}

/**
 * One panel a task: accuracy over the sequence, a line a row of results, with bars where there are intervals.
 * A dotted line marks the moment the task itself was learned.
 *
 * @param data accuracies of the same tasks for one or more rows
 *
 * @example One run
 * ```ts
 * import { plot } from "gorp";
 * const shown = plot.taskAccuracyFigure({
 *   taskNames: ["topic", "tone"],
 *   rows: [{ label: "B", accuracy: [[0.2, 0.3], [0.97, 0.3], [0.41, 0.96]] }],
 * });
 * console.log(shown.data.length);
 * ```
 */
export function taskAccuracyFigure(data: TaskAccuracyData): Figure {
  const { taskNames, title = "Accuracy of each task over the sequence", subtitle } = data;
  const rows = data.rows.map(({ label, accuracy }) => ({
    label,
    cells: accuracy.map((row) => row.map(estimate)),
  }))
    .filter(({ cells }) => cells.some((row) => row.some(isMeasured)));
  const tasks = taskNames.length;
  if (rows.length === 0 || tasks === 0) return emptyFigure(title, "no accuracy was recorded");

  const columns = tasks <= 3 ? tasks : tasks === 4 ? 2 : tasks <= 9 ? 3 : 5;
  const [left, right, gapX, gapY] = [62, 16, 26, 52];
  const plotWidth = designWidth - left - right;
  const panelHeight = tasks <= 4 ? 180 : 130;
  const { panels, plotHeight } = panelGrid(tasks, { columns, panelHeight, gapX, gapY, plotWidth });
  const styles = seriesStyles(rows.map(({ label }) => label));
  const firstMoment = rows.some(({ cells }) => (cells[0] ?? []).some(isMeasured)) ? 0 : 1;
  const moments = Array.from({ length: tasks + 1 - firstMoment }, (_, i) => firstMoment + i);
  const isDense = tasks > 6;
  const nameLength = Math.floor((plotWidth / columns - gapX) / 8.2);

  return figure({
    title,
    alt: alternative(taskNames, rows),
    data: panels.flatMap((panel, task) =>
      rows.map(({ label, cells }, i) => {
        const shift = isDense ? 0 : (i - (rows.length - 1) / 2) * Math.min(0.06, 0.3 / rows.length);
        const estimates = moments.map((moment) => cells[moment]?.[task] ?? null);
        return line({
          label,
          panel,
          estimates,
          moments,
          shift,
          style: styles[i],
          isFirst: task === 0,
          isDense,
        });
      })
    ),
    layout: {
      ...frame({
        title,
        subtitle,
        plotHeight,
        left,
        right,
        bottom: 50,
        panelTitle: 24,
        legend: rows.length > 1 ? rows.map(({ label }) => label) : [],
      }),
      ...Object.assign({}, ...panels.map((panel) => axes(panel, moments, isLast(panel, tasks, columns)))),
      annotations: panels.map((panel, task) =>
        panelTitle(panel, plotlyText(shorten(taskNames[task], nameLength)))
      ),
      shapes: panels.map((panel, task) => ({
        type: "line",
        xref: panel.x,
        yref: `${panel.y} domain`,
        x0: task + 1,
        x1: task + 1,
        y0: 0,
        y1: 1,
        layer: "below",
        line: { color: "rgba(127,127,127,0.8)", width: 1, dash: "dot" },
      })),
    },
  });
}

interface LineParts {
  readonly label: string;
  readonly panel: Panel;
  readonly estimates: readonly (Estimate | null)[];
  readonly moments: readonly number[];
  readonly shift: number;
  readonly style: SeriesStyle;
  readonly isFirst: boolean;
  /** Many small panels: finer lines and fainter bars. */
  readonly isDense: boolean;
}

function line({ label, panel, estimates, moments, shift, style, isFirst, isDense }: LineParts): Trace {
  const name = plotlyText(shorten(label, 40));
  const hasInterval = estimates.some((value) =>
    isMeasured(value) && value.low !== null && value.low !== value.mean
  );
  return {
    type: "scatter",
    mode: "lines+markers",
    name,
    legendgroup: name,
    showlegend: isFirst,
    xaxis: panel.x,
    yaxis: panel.y,
    x: moments.map((moment) => moment + shift),
    y: estimates.map((value) => isMeasured(value) ? 100 * value.mean : null),
    error_y: hasInterval
      ? errorBars(estimates, {
        color: isDense ? withOpacity(style.color, 0.4) : style.color,
        thickness: isDense ? 1 : 1.4,
        width: 0,
      })
      : undefined,
    line: { color: style.color, width: isDense ? 1.5 : 2, dash: style.dash },
    marker: { color: style.color, symbol: style.symbol, size: isDense ? 4 : 7 },
    hovertext: estimates.map((value, i) =>
      `${name}<br>${moments[i] === 0 ? "before training" : `after task ${moments[i]}`}: ${
        percent(value?.mean)
      } %` +
      (hasInterval && isMeasured(value) ? ` (${percent(value.low)} to ${percent(value.high)})` : "")
    ),
    hoverinfo: "text",
  };
}

function axes(panel: Panel, moments: readonly number[], isLastInColumn: boolean): Layout {
  const [first, last] = [moments[0], moments[moments.length - 1]];
  const step = Math.max(1, Math.ceil((last - first) / 8));
  return {
    [panel.xaxis]: {
      domain: panel.xDomain,
      anchor: panel.y,
      range: [first - 0.4, last + 0.4],
      tickvals: moments.filter((moment) => moment % step === 0),
      showgrid: false,
      title: isLastInColumn ? { text: "after task" } : undefined,
    },
    [panel.yaxis]: {
      domain: panel.yDomain,
      anchor: panel.x,
      range: [-3, 103],
      tickvals: [0, 25, 50, 75, 100],
      showticklabels: panel.column === 0,
      title: panel.column === 0 ? { text: "accuracy (%)" } : undefined,
    },
  };
}

function isLast(panel: Panel, count: number, columns: number): boolean {
  return (panel.row + 1) * columns + panel.column >= count;
}

function estimate(cell: Estimate | number | null): Estimate | null {
  return typeof cell === "number" ? { mean: cell, low: null, high: null } : cell;
}

function alternative(
  taskNames: readonly string[],
  rows: readonly { readonly label: string; readonly cells: readonly (readonly (Estimate | null)[])[] }[],
): string {
  const parts = rows.map(({ label, cells }) => {
    const learned = percent(cells[1]?.[0]?.mean);
    return `${label}: the first task is at ${learned} % when learned and at ${
      percent(cells.at(-1)?.[0]?.mean)
    } % at the end`;
  });
  return `Accuracy over a sequence of ${taskNames.length} ${taskNames.length === 1 ? "task" : "tasks"}. ${
    parts.join("; ")
  }.`;
}
