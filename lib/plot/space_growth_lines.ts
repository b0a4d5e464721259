/**
 * The lines of growing shared spaces, one by one or as a crowd around their mean.
 *
 * @module
 */
import type { Trace } from "./figure.ts";
import type { Panel } from "./frame.ts";
import { plotlyText, shorten } from "./label.ts";
import { okabeIto, type SeriesStyle } from "./palette.ts";

/** The columns of one shared space `S` after each task. */
export interface SpaceGrowthSeries {
  /** A layer, or a row of results when several are compared. */
  readonly name: string;
  /** Series of one group share a panel: "loraA", "fullRank". */
  readonly group: string;
  /** The most columns there can be, the number of rows of `S`; left out where it is not known. */
  readonly capacity?: number;
  /** After task 1, 2, …; null = not measured. A mean over seeds or layers need not be whole. */
  readonly columns: readonly (number | null)[];
}

/** One series with its own entry in the legend. */
export function namedLine(
  one: SpaceGrowthSeries,
  panel: Panel,
  style: SeriesStyle,
  inLegend: boolean,
): Trace {
  const name = plotlyText(shorten(one.name, 40));
  return {
    ...lineOf(one, panel, name),
    mode: "lines+markers",
    name,
    legendgroup: name,
    showlegend: inLegend,
    line: { color: style.color, width: 2, dash: style.dash },
    marker: { color: style.color, symbol: style.symbol, size: 7 },
  };
}

/** Many layers: each faint, their mean strong. */
export function crowd(series: readonly SpaceGrowthSeries[], panel: Panel, inLegend: boolean): Trace[] {
  const tasks = Math.max(...series.map(({ columns }) => columns.length));
  const mean = Array.from({ length: tasks }, (_, task) => {
    const values = series.map(({ columns }) => columns[task]).filter(isNumber);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value) / values.length;
  });
  const named = (name: string, show: boolean) => ({ name, legendgroup: name, showlegend: inLegend && show });
  return [
    ...series.map((one, i) => ({
      ...lineOf(one, panel, plotlyText(one.name)),
      ...named("one layer", i === 0),
      mode: "lines",
      line: { color: "rgba(127,127,127,0.45)", width: 1 },
    })),
    {
      ...lineOf({ ...series[0], columns: mean }, panel, "mean of the layers"),
      ...named("mean of the layers", true),
      mode: "lines+markers",
      line: { color: okabeIto.blue, width: 3 },
      marker: { color: okabeIto.blue, size: 8 },
    },
  ];
}

function lineOf({ columns, capacity }: SpaceGrowthSeries, panel: Panel, name: string): Trace {
  return {
    type: "scatter",
    xaxis: panel.x,
    yaxis: panel.y,
    x: columns.map((_, task) => task + 1),
    y: columns,
    hovertext: columns.map((value, task) =>
      isNumber(value)
        ? `${name}<br>after task ${task + 1}: ${shortNumber(value)}${
          capacity === undefined ? "" : ` of ${capacity}`
        } columns`
        : ""
    ),
    hoverinfo: "text",
  };
}

/** Whether a count was measured. */
export function isNumber(value: number | null): value is number {
  return value !== null && Number.isFinite(value);
}

/** A count, or a mean of counts with one decimal. */
export function shortNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}
