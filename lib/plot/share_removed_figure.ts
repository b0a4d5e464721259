/**
 * How much of each gradient the shared space takes away, step by step.
 *
 * @module
 */
import { emptyFigure } from "./empty_figure.ts";
import { type Figure, figure, type Trace } from "./figure.ts";
import { designWidth, frame } from "./frame.ts";
import { percent, plotlyText, shorten } from "./label.ts";
import { type CurvePoint, lossCurve, type LossPoint, taskStarts } from "./loss_curve.ts";
import { okabeIto, orderedColors, seriesStyles, variantStyles } from "./palette.ts";
import { taskDividers, taskTitles } from "./task_axis.ts";

/** The share removed from one layer's gradients. */
export interface ShareRemovedSeries {
  /** A layer, or a row of results. */
  readonly name: string;
  /** `‖SᵀG‖² / ‖G‖²` at some steps, from 0 to 1, as `run.metrics("shareRemoved/<layer>")` gives it. */
  readonly points: readonly LossPoint[];
}

/** What {@link shareRemovedFigure} shows. */
export interface ShareRemovedData {
  readonly series: readonly ShareRemovedSeries[];
  /** In the order they were learned. */
  readonly taskNames?: readonly string[];
  readonly title?: string;
  readonly subtitle?: string;
}

const namedInLegend = 8;
const meanName = "mean of the layers";

/**
 * The share of the energy of each gradient that removing S takes, over all tasks in a row. Up to eight series are
 * named; of more, their mean stands out and the single ones are faint. In the first task S is empty: 0 %.
 *
 * @param data one series a layer
 *
 * @example One layer over two tasks
 * ```ts
 * import { plot } from "gorp";
 * const points = [1, 2].flatMap((task) =>
 *   [1, 11, 21].map((step) => ({ task, step, value: task === 1 ? 0 : 0.4 - step / 100 }))
 * );
 * const shown = plot.shareRemovedFigure({ series: [{ name: "encoder.0.q", points }] });
 * console.log(shown.alt);
 * ```
 */
export function shareRemovedFigure(data: ShareRemovedData): Figure {
  const { taskNames = [], title = "Share of each gradient removed by S", subtitle } = data;
  const series = data.series.filter(({ points }) => points.some(({ value }) => Number.isFinite(value)));
  if (series.length === 0) {
    return emptyFigure(title, "no share was recorded (it needs a method with S, and probes)");
  }
  const starts = taskStarts(series.map(({ points }) => points));
  const curves = series.map(({ points }) => lossCurve(points, { starts, window: 1 }).raw);
  const mean = lossCurve(meanPoints(series), { starts, window: 1 }).raw;
  const isNamed = series.length <= namedInLegend;
  const names = series.map(({ name }) => name);
  const areRows = names.some((name) => Object.hasOwn(variantStyles, name));
  const colors = areRows ? seriesStyles(names).map(({ color }) => color) : orderedColors(series.length);
  const [left, right] = [62, 18];
  return figure({
    title,
    alt: alternative(series, starts.length - 1),
    data: isNamed
      ? curves.map((curve, i) => line(curve, series[i].name, { color: colors[i], width: 1.8, legend: true }))
      : [
        ...curves.map((curve, i) =>
          line(curve, series[i].name, { color: "rgba(127,127,127,0.45)", width: 1, legend: i === 0 })
        ),
        line(mean, meanName, { color: okabeIto.blue, width: 3, legend: true }),
      ],
    layout: {
      ...frame({
        title,
        subtitle,
        plotHeight: 270,
        left,
        right,
        bottom: 50,
        panelTitle: 22,
        legend: isNamed ? series.map(({ name }) => shorten(name, 40)) : [meanName, "one layer"],
      }),
      xaxis: {
        range: [0, starts[starts.length - 1]],
        title: { text: "training step (all tasks in a row)" },
        showgrid: false,
      },
      yaxis: { range: [-2, axisTop(curves)], title: { text: "share of ‖G‖² removed (%)" } },
      annotations: taskTitles(starts, taskNames, designWidth - left - right),
      shapes: taskDividers(starts),
    },
  });
}

interface LineLook {
  readonly color: string;
  readonly width: number;
  readonly legend: boolean;
}

function line(curve: readonly CurvePoint[], name: string, { color, width, legend }: LineLook): Trace {
  const isFaint = width === 1;
  const label = plotlyText(shorten(name, 40));
  return {
    type: "scatter",
    mode: "lines",
    name: isFaint ? "one layer" : label,
    legendgroup: isFaint ? "one layer" : label,
    showlegend: legend,
    x: curve.map(({ step }) => step),
    y: curve.map(({ value }) => value === null ? null : 100 * value),
    line: { color, width },
    hovertemplate: `${label}<br>step %{x}: %{y:.1f} %<extra></extra>`,
  };
}

/** The mean over the series at every step that any of them has. */
function meanPoints(series: readonly ShareRemovedSeries[]): LossPoint[] {
  const all = series.flatMap(({ points }) => points).filter(({ value }) => Number.isFinite(value));
  return [...Map.groupBy(all, ({ task, step }) => `${task} ${step}`).values()]
    .map((points) => ({
      ...points[0],
      value: points.reduce((sum, { value }) => sum + value, 0) / points.length,
    }))
    .toSorted((a, b) => a.task - b.task || a.step - b.step);
}

function axisTop(curves: readonly (readonly CurvePoint[])[]): number {
  const most = curves.flat().reduce((most, { value }) => Math.max(most, value ?? 0), 0);
  return Math.min(103, Math.max(10, 108 * most));
}

function alternative(series: readonly ShareRemovedSeries[], tasks: number): string {
  const means = meanPoints(series);
  const parts = Array.from({ length: tasks }, (_, i) => {
    const values = means.filter(({ task }) => task === i + 1).map(({ value }) => value);
    const average = values.reduce((sum, value) => sum + value, 0) / values.length;
    return `task ${i + 1}: ${percent(values.length > 0 ? average : null)} %`;
  });
  return `Share of the gradient's energy that the shared space takes, mean over ${series.length} ` +
    `${series.length === 1 ? "series" : "series and steps"}. ${parts.join("; ")}.`;
}
