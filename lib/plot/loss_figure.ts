/**
 * The training loss over a sequence of tasks.
 *
 * @module
 */
import { emptyFigure } from "./empty_figure.ts";
import { type Figure, figure, type Trace } from "./figure.ts";
import { designWidth, frame } from "./frame.ts";
import { plotlyText, shorten } from "./label.ts";
import { type LossCurve, lossCurve, type LossPoint, taskStarts } from "./loss_curve.ts";
import { type SeriesStyle, seriesStyles, withOpacity } from "./palette.ts";
import { taskDividers, taskTitles } from "./task_axis.ts";

/** The loss of one run. */
export interface LossSeries {
  readonly label: string;
  /** In the order they were recorded, as `run.metrics("loss")` gives them. */
  readonly points: readonly LossPoint[];
}

/** What {@link lossFigure} shows. */
export interface LossData {
  readonly series: readonly LossSeries[];
  /** In the order they were learned. */
  readonly taskNames?: readonly string[];
  /** How many neighbouring steps a point of the line is the mean of; 1 for no smoothing. */
  readonly window?: number;
  readonly title?: string;
  readonly subtitle?: string;
}

/** Of more runs than this only the smoothed lines are drawn. */
const mostRaw = 2;

/**
 * Loss of every training step over all tasks in a row: the mean of neighbouring steps strong, single steps
 * faint (with up to two runs), a line between tasks. A cross marks where a run diverged.
 *
 * @param data one or more runs over the same tasks
 * @throws {RangeError} if the window is not a whole number of steps
 *
 * @example A run of two tasks
 * ```ts
 * import { plot } from "gorp";
 * const points = [1, 2].flatMap((task) =>
 *   Array.from({ length: 50 }, (_, i) => ({ task, step: i + 1, value: 2 / (1 + i / 10) }))
 * );
 * const shown = plot.lossFigure({ series: [{ label: "B", points }], taskNames: ["topic", "tone"] });
 * console.log(shown.alt);
 * ```
 */
export function lossFigure(data: LossData): Figure {
  const { taskNames = [], window = 15, title = "Training loss" } = data;
  if (!(Number.isInteger(window) && window >= 1)) {
    throw new RangeError(
      `Smoothing a loss needs a window of a whole number of steps, at least 1; given ${window}.`,
    );
  }
  const series = data.series.filter(({ points }) => points.some(({ value }) => Number.isFinite(value)));
  if (series.length === 0) return emptyFigure(title, "no loss was recorded");

  const starts = taskStarts(series.map(({ points }) => points));
  const curves = series.map(({ points }) => lossCurve(points, { starts, window }));
  const labels = series.map(({ label }) => label);
  const styles = seriesStyles(labels);
  const hasRaw = series.length <= mostRaw;
  const end = starts[starts.length - 1];
  const keys = [
    data.subtitle,
    window > 1 ? `line: mean of ${window} neighbouring steps${hasRaw ? ", faint: single steps" : ""}` : "",
  ];

  const [left, right] = [62, 18];
  return figure({
    title,
    alt: alternative(labels, curves, starts.length - 1),
    data: [
      ...(hasRaw ? curves.map((curve, i) => rawLine(curve, styles[i])) : []),
      ...curves.map((curve, i) => meanLine(curve, labels[i], styles[i])),
      ...curves.flatMap((curve, i) => divergence(curve, labels[i], styles[i])),
    ],
    layout: {
      ...frame({
        title,
        subtitle: keys.filter(Boolean).join(" · "),
        plotHeight: 280,
        left,
        right,
        bottom: 50,
        panelTitle: 22,
        legend: series.length > 1 ? labels : [],
      }),
      xaxis: { range: [0, end], title: { text: "training step (all tasks in a row)" }, showgrid: false },
      yaxis: { range: [0, axisTop(curves, hasRaw)], title: { text: "loss (nats per label token)" } },
      annotations: taskTitles(starts, taskNames, designWidth - left - right),
      shapes: taskDividers(starts),
    },
  });
}

function rawLine({ raw }: LossCurve, { color }: SeriesStyle): Trace {
  return {
    type: "scatter",
    mode: "lines",
    x: raw.map(({ step }) => step),
    y: raw.map(({ value }) => value),
    line: { color: withOpacity(color, 0.3), width: 1 },
    hoverinfo: "skip",
    showlegend: false,
  };
}

function meanLine({ mean }: LossCurve, label: string, { color, dash }: SeriesStyle): Trace {
  return {
    type: "scatter",
    mode: "lines",
    name: plotlyText(shorten(label, 40)),
    legendgroup: label,
    x: mean.map(({ step }) => step),
    y: mean.map(({ value }) => value),
    line: { color, width: 2, dash },
    hovertemplate: "step %{x}: %{y:.3f}<extra>%{fullData.name}</extra>",
  };
}

function divergence({ diverged }: LossCurve, label: string, { color }: SeriesStyle): Trace[] {
  if (!diverged) return [];
  return [{
    type: "scatter",
    mode: "markers+text",
    x: [diverged.step],
    y: [diverged.value],
    text: ["diverged"],
    textposition: "top center",
    marker: { symbol: "x", size: 11, color },
    hovertext: `${plotlyText(label)} diverged at step ${diverged.step}`,
    hoverinfo: "text",
    showlegend: false,
    cliponaxis: false,
  }];
}

/** High enough for the means and for all but the most extreme single steps. */
function axisTop(curves: readonly LossCurve[], hasRaw: boolean): number {
  const finite = (points: LossCurve["raw"]) =>
    points.map(({ value }) => value).filter((value) => value !== null && Number.isFinite(value)) as number[];
  const raw = hasRaw ? curves.flatMap((curve) => finite(curve.raw)).sort((a, b) => a - b) : [];
  const most = Math.max(
    ...curves.flatMap((curve) => finite(curve.mean)),
    raw[Math.floor(0.995 * raw.length)] ?? 0,
  );
  return most > 0 ? 1.05 * most : 1;
}

function alternative(labels: readonly string[], curves: readonly LossCurve[], tasks: number): string {
  const parts = curves.map(({ mean, diverged }, i) => {
    const values = mean.map(({ value }) => value).filter((value) => value !== null);
    const course = `${labels[i]}: from ${values[0]?.toFixed(2)} to ${values.at(-1)?.toFixed(2)}`;
    return diverged ? `${course}, then it diverged` : course;
  });
  return `Training loss over ${tasks} ${tasks === 1 ? "task" : "tasks"} in a row. ${parts.join("; ")}.`;
}
