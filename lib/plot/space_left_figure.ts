/**
 * What the shared space leaves to later tasks, layer by layer.
 *
 * @module
 */
import { emptyFigure } from "./empty_figure.ts";
import { type Figure, figure, type Layout, type Trace } from "./figure.ts";
import { frame } from "./frame.ts";
import { distinctNames, percent, plotlyText, shorten, tickLabels } from "./label.ts";
import { orderedColors } from "./palette.ts";
import { isNumber, shortNumber, type SpaceGrowthSeries } from "./space_growth_lines.ts";

/** What {@link spaceLeftFigure} shows. */
export interface SpaceLeftData {
  /** Columns of S after each task; layers without a capacity are left out. */
  readonly layers: readonly SpaceGrowthSeries[];
  /** In the order they were learned. */
  readonly taskNames?: readonly string[];
  readonly title?: string;
  readonly subtitle?: string;
}

const mostLayers = 24;
/** Of more tasks only the first and the last are named: the others are shades between. */
const mostInLegend = 8;

/**
 * A bar for each layer, of the length of its capacity: how much of it each task took, and what is left to learn in.
 *
 * @param data one entry a layer; of more than 24 those with the least left are shown
 *
 * @example Two layers after three tasks
 * ```ts
 * import { plot } from "gorp";
 * const shown = plot.spaceLeftFigure({
 *   layers: [
 *     { name: "encoder.0.q", group: "loraA", capacity: 64, columns: [8, 14, 22] },
 *     { name: "encoder.0.v", group: "loraA", capacity: 64, columns: [5, 6, 6] },
 *   ],
 * });
 * console.log(shown.alt);
 * ```
 */
export function spaceLeftFigure(data: SpaceLeftData): Figure {
  const { taskNames = [], title = "Capacity of S left in each layer" } = data;
  const known = data.layers.filter(({ capacity, columns }) =>
    isNumber(capacity ?? null) && columns.some(isNumber)
  );
  if (known.length === 0) return emptyFigure(title, "no shared space has grown (B and B+L have none)");
  const layers = known.length <= mostLayers
    ? known
    : known.toSorted((a, b) => leftShare(a) - leftShare(b)).slice(0, mostLayers);
  const tasks = Math.max(...layers.map(({ columns }) => columns.length));
  const short = distinctNames(layers.map(({ name }) => name));
  const hasGroups = new Set(layers.map(({ group }) => group)).size > 1;
  const labels = layers.map(({ group }, i) => hasGroups ? `${short[i]} · ${group}` : short[i]);
  const names = Array.from(
    { length: tasks },
    (_, task) => shorten(taskNames[task] ?? `task ${task + 1}`, 24),
  );
  const isInLegend = (task: number) => tasks <= mostInLegend || task === 0 || task === tasks - 1;
  const left = 24 + 7.2 * Math.min(34, Math.max(...labels.map((label) => [...label].length)));
  const subtitle = [
    data.subtitle,
    known.length > layers.length ? `the ${layers.length} fullest of ${known.length} layers` : "",
  ].filter(Boolean).join(" · ");
  return figure({
    title,
    alt: alternative(layers),
    data: [
      ...names.map((name, task) =>
        taken(layers, task, { name, color: orderedColors(tasks)[task], showlegend: isInLegend(task) })
      ),
      rest(layers),
    ],
    layout: {
      ...frame({
        title,
        subtitle,
        plotHeight: Math.max(70, 24 * layers.length),
        left,
        right: 104,
        bottom: 50,
        legend: [...names.filter((_, task) => isInLegend(task)), "left"],
      }),
      barmode: "stack",
      bargap: 0.25,
      xaxis: { range: [0, 100], title: { text: "share of the dimensions of the layer's space (%)" } },
      yaxis: {
        range: [layers.length - 0.5, -0.5],
        tickvals: layers.map((_, i) => i),
        ticktext: tickLabels(labels, 34),
        ticks: "",
        ticklabelstandoff: 6,
        showgrid: false,
      },
      annotations: layers.map(leftNote),
    },
  });
}

/** Columns at the end: of the last task that was measured. */
function finalColumns({ columns }: SpaceGrowthSeries): number {
  return columns.filter(isNumber).at(-1) ?? 0;
}

function leftShare(layer: SpaceGrowthSeries): number {
  return 1 - finalColumns(layer) / layer.capacity!;
}

/** What one task added to every layer. */
function taken(
  layers: readonly SpaceGrowthSeries[],
  task: number,
  { name, color, showlegend }: {
    readonly name: string;
    readonly color: string;
    readonly showlegend: boolean;
  },
): Trace {
  const added = layers.map(({ columns }) => {
    const before = columns.slice(0, task).filter(isNumber).at(-1) ?? 0;
    const now = columns[task] ?? null;
    return isNumber(now) ? Math.max(0, now - before) : 0;
  });
  return {
    ...bars(layers, added),
    name: plotlyText(name),
    legendgroup: plotlyText(name),
    legendrank: task,
    showlegend,
    marker: { color, line: { width: 0.5, color: "rgba(127,127,127,0.8)" } },
    hovertext: layers.map((layer, i) =>
      `${plotlyText(layer.name)}<br>${plotlyText(name)}: ${shortNumber(added[i])} of ${layer.capacity}`
    ),
  };
}

function rest(layers: readonly SpaceGrowthSeries[]): Trace {
  return {
    ...bars(layers, layers.map((layer) => Math.max(0, layer.capacity! - finalColumns(layer)))),
    name: "left",
    legendgroup: "left",
    legendrank: 2000,
    marker: { color: "rgba(127,127,127,0.16)", line: { width: 1, color: "rgba(127,127,127,0.8)" } },
    hovertext: layers.map((layer) => `${plotlyText(layer.name)}<br>left: ${percent(leftShare(layer))} %`),
  };
}

function bars(layers: readonly SpaceGrowthSeries[], values: readonly number[]): Trace {
  return {
    type: "bar",
    orientation: "h",
    x: values.map((value, i) => 100 * value / layers[i].capacity!),
    y: layers.map((_, i) => i),
    hoverinfo: "text",
  };
}

function leftNote(layer: SpaceGrowthSeries, i: number): Layout {
  const left = Math.max(0, layer.capacity! - finalColumns(layer));
  return {
    text: `${shortNumber(left)} of ${layer.capacity} left`,
    xref: "paper",
    x: 1,
    xanchor: "left",
    xshift: 6,
    yref: "y",
    y: i,
    yanchor: "middle",
    font: { size: 11 },
  };
}

function alternative(layers: readonly SpaceGrowthSeries[]): string {
  const shares = layers.map(leftShare);
  const [low, high] = [Math.min(...shares), Math.max(...shares)];
  return `Capacity of the shared space in ${layers.length} ${layers.length === 1 ? "layer" : "layers"} ` +
    `after the last task: ${percent(low)} to ${percent(high)} % is left to learn in. Least is left in ` +
    `${layers[shares.indexOf(low)].name}.`;
}
