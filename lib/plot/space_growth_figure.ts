/**
 * How the shared gradient space grows from task to task.
 *
 * @module
 */
import { emptyFigure } from "./empty_figure.ts";
import { type Figure, figure, type Layout } from "./figure.ts";
import { designWidth, frame, type Panel, panelGrid, panelTitle } from "./frame.ts";
import { plotlyText, shorten } from "./label.ts";
import { orderedColors, type SeriesStyle, seriesStyles, variantStyles } from "./palette.ts";
import { axisTop, capacities, capacityLines, capacityNotes } from "./space_capacity.ts";
import { crowd, isNumber, namedLine, shortNumber, type SpaceGrowthSeries } from "./space_growth_lines.ts";

/** What {@link spaceGrowthFigure} shows. */
export interface SpaceGrowthData {
  readonly series: readonly SpaceGrowthSeries[];
  readonly title?: string;
  readonly subtitle?: string;
}

const namedInLegend = 12;

/**
 * Columns of `S` over the tasks, a panel for each group of weights, with the capacity: the number of
 * dimensions that can be taken before nothing is left to learn in. Up to twelve series are named; of more, the
 * mean stands out and the single ones are faint.
 *
 * @param data one series a layer (or a row of results) and group
 *
 * @example Two layers
 * ```ts
 * import { plot } from "gorp";
 * const shown = plot.spaceGrowthFigure({
 *   series: [
 *     { name: "encoder.0.q", group: "loraA", capacity: 64, columns: [2, 4, 6, 8] },
 *     { name: "encoder.0.v", group: "loraA", capacity: 64, columns: [3, 5, 6, 9] },
 *   ],
 * });
 * console.log(shown.alt);
 * ```
 */
export function spaceGrowthFigure(data: SpaceGrowthData): Figure {
  const { title = "Growth of the shared space S", subtitle } = data;
  const series = data.series.filter(({ columns }) => columns.some(isNumber));
  if (series.length === 0) return emptyFigure(title, "no shared space has grown (B and B+L have none)");

  const groups = [...new Set(series.map(({ group }) => group))];
  const names = [...new Set(series.map(({ name }) => name))];
  const isNamed = names.length <= namedInLegend;
  const styles = new Map(names.map((name, i) => [name, styleOf(names, i)]));
  const columns = Math.min(groups.length, 3);
  const [left, right, gapX, gapY] = [62, 20, 58, 64];
  const plotWidth = designWidth - left - right;
  const { panels, plotHeight } = panelGrid(groups.length, {
    columns,
    panelHeight: 230,
    gapX,
    gapY,
    plotWidth,
  });
  const members = groups.map((group) => series.filter((one) => one.group === group));
  const tasks = Math.max(...series.map((one) => one.columns.length));

  return figure({
    title,
    alt: alternative(groups, members),
    data: members.flatMap((inGroup, i) =>
      isNamed
        ? inGroup.map((one) => namedLine(one, panels[i], styles.get(one.name)!, isFirstOf(one, series)))
        : crowd(inGroup, panels[i], i === 0)
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
        legend: isNamed ? names : ["mean of the layers", "one layer"],
      }),
      ...Object.assign({}, ...panels.map((panel, i) => axes(panel, members[i], tasks))),
      annotations: panels.flatMap((panel, i) => [
        panelTitle(panel, plotlyText(shorten(groups[i], 30))),
        ...capacityNotes(panel, members[i]),
      ]),
      shapes: panels.flatMap((panel, i) => capacityLines(panel, members[i])),
    },
  });
}

function axes(panel: Panel, series: readonly SpaceGrowthSeries[], tasks: number): Layout {
  return {
    [panel.xaxis]: {
      domain: panel.xDomain,
      anchor: panel.y,
      range: [0.6, tasks + 0.4],
      dtick: Math.max(1, Math.ceil(tasks / 10)),
      tick0: 1,
      title: { text: "after task" },
    },
    [panel.yaxis]: {
      domain: panel.yDomain,
      anchor: panel.x,
      range: [0, 1.08 * axisTop(series)],
      nticks: 7,
      title: panel.column === 0 ? { text: "columns of S" } : undefined,
    },
  };
}

function styleOf(names: readonly string[], i: number): SeriesStyle {
  if (names.some((name) => Object.hasOwn(variantStyles, name))) return seriesStyles(names)[i];
  const symbols = ["circle", "square", "diamond", "triangle-up"];
  return { color: orderedColors(names.length)[i], symbol: symbols[i % symbols.length], dash: "solid" };
}

function isFirstOf(one: SpaceGrowthSeries, series: readonly SpaceGrowthSeries[]): boolean {
  return series.find(({ name }) => name === one.name) === one;
}

function alternative(groups: readonly string[], members: readonly (readonly SpaceGrowthSeries[])[]): string {
  const parts = groups.map((group, i) => {
    const ends = members[i].map(({ columns }) => columns.filter(isNumber).at(-1)!);
    const [low, high] = [Math.min(...ends), Math.max(...ends)];
    const range = low === high ? shortNumber(low) : `${shortNumber(low)} to ${shortNumber(high)}`;
    return `${group}: ${range} columns at the end` +
      (capacities(members[i]).length > 0 ? `, of ${capacities(members[i]).join(" or ")}` : "");
  });
  return `Columns of the shared space after each task. ${parts.join("; ")}.`;
}
