/**
 * The angles between the shared space and the live gradient.
 *
 * @module
 */
import { emptyFigure } from "./empty_figure.ts";
import { type Figure, figure, type Layout, type Trace } from "./figure.ts";
import { designWidth, frame, type Panel, panelGrid, panelTitle } from "./frame.ts";
import { distinctNames, plotlyText, shorten } from "./label.ts";
import { orderedColors } from "./palette.ts";

/** The principal angles of one layer in one task. */
export interface LayerAngles {
  readonly layer: string;
  /** From 1; in the first S is empty, so there are no angles. */
  readonly task: number;
  /** In radians, smallest first, as `spaceOverlap` gives them. */
  readonly angles: ArrayLike<number>;
}

/** What {@link principalAnglesFigure} shows. */
export interface PrincipalAnglesData {
  readonly angles: readonly LayerAngles[];
  readonly title?: string;
  readonly subtitle?: string;
}

const mostPanels = 12;

/**
 * Principal angles in degrees, a panel for each layer, a line for each task. A point near 0° is a direction of the
 * gradient that S holds and removes; one at 90° passes untouched.
 *
 * @param data angles of any layers and tasks; of more than twelve layers the first twelve are shown
 *
 * @example One layer in two tasks
 * ```ts
 * import { plot } from "gorp";
 * const shown = plot.principalAnglesFigure({
 *   angles: [
 *     { layer: "encoder.0.q", task: 2, angles: [0.1, 0.6, 1.2] },
 *     { layer: "encoder.0.q", task: 3, angles: [0.05, 0.2, 0.9, 1.5] },
 *   ],
 * });
 * console.log(shown.alt);
 * ```
 */
export function principalAnglesFigure(data: PrincipalAnglesData): Figure {
  const { title = "Principal angles between S and the gradient" } = data;
  const measured = data.angles.filter(({ angles }) => Array.from(angles).some(Number.isFinite));
  if (measured.length === 0) {
    return emptyFigure(title, "no angle was recorded (S is empty in the first task)");
  }
  const all = [...new Set(measured.map(({ layer }) => layer))];
  const layers = all.slice(0, mostPanels);
  const names = distinctNames(layers);
  const shown = measured.filter(({ layer }) => layers.includes(layer));
  const tasks = [...new Set(shown.map(({ task }) => task))].sort((a, b) => a - b);
  const colors = orderedColors(tasks.length);
  const longest = Math.max(...shown.map(({ angles }) => angles.length));

  const columns = layers.length <= 2 ? layers.length : layers.length === 4 ? 2 : layers.length <= 6 ? 3 : 4;
  const [left, right, gapX, gapY] = [66, 16, 22, 56];
  const plotWidth = designWidth - left - right;
  const panelHeight = layers.length <= 2 ? 240 : columns === 2 ? 180 : 150;
  const { panels, plotHeight } = panelGrid(layers.length, { columns, panelHeight, gapX, gapY, plotWidth });
  const subtitle = [
    data.subtitle,
    "0°: S removes it, 90°: it passes",
    all.length > layers.length ? `the first ${layers.length} of ${all.length} layers` : "",
  ].filter(Boolean).join(" · ");

  return figure({
    title,
    alt: alternative(shown, layers.length, tasks),
    data: shown.map((one) =>
      line(one, panels[layers.indexOf(one.layer)], {
        color: colors[tasks.indexOf(one.task)],
        symbol: symbols[tasks.indexOf(one.task) % symbols.length],
        inLegend: shown.find(({ task }) => task === one.task) === one,
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
        legend: tasks.map((task) => `task ${task}`),
      }),
      ...Object.assign({}, ...panels.map((panel) => axes(panel, layers.length, columns, longest))),
      annotations: panels.map((panel, i) =>
        panelTitle(panel, plotlyText(shorten(names[i], Math.floor((plotWidth / columns - gapX) / 7.6))), 11)
      ),
    },
  });
}

const symbols = ["circle", "square", "diamond", "triangle-up"];

function line(
  { layer, task, angles }: LayerAngles,
  panel: Panel,
  { color, symbol, inLegend }: {
    readonly color: string;
    readonly symbol: string;
    readonly inLegend: boolean;
  },
): Trace {
  const degrees = Array.from(angles, (angle) => angle * 180 / Math.PI);
  return {
    type: "scatter",
    mode: "lines+markers",
    name: `task ${task}`,
    legendgroup: `task ${task}`,
    legendrank: task,
    showlegend: inLegend,
    xaxis: panel.x,
    yaxis: panel.y,
    x: degrees.map((_, i) => i + 1),
    y: degrees,
    cliponaxis: false,
    line: { color, width: 1.8 },
    marker: { color, symbol, size: 6 },
    hovertemplate: `${plotlyText(layer)}<br>task ${task}, angle %{x}: %{y:.1f}°<extra></extra>`,
  };
}

function axes(panel: Panel, count: number, columns: number, longest: number): Layout {
  const isLastInColumn = (panel.row + 1) * columns + panel.column >= count;
  return {
    [panel.xaxis]: {
      domain: panel.xDomain,
      anchor: panel.y,
      range: [0.5, longest + 0.5],
      dtick: Math.max(1, Math.ceil(longest / 8)),
      tick0: 1,
      title: isLastInColumn ? { text: "index of the angle" } : undefined,
    },
    [panel.yaxis]: {
      domain: panel.yDomain,
      anchor: panel.x,
      range: [-3, 93],
      tickvals: [0, 30, 60, 90],
      ...(panel.column === 0 ? {} : { showticklabels: false }),
      title: panel.column === 0 ? { text: "angle (degrees)" } : undefined,
    },
  };
}

function alternative(shown: readonly LayerAngles[], layers: number, tasks: readonly number[]): string {
  const parts = tasks.map((task) => {
    const smallest = shown.filter((one) => one.task === task).map(({ angles }) => angles[0])
      .filter(Number.isFinite).map((angle) => Math.round(angle * 180 / Math.PI));
    const [low, high] = [Math.min(...smallest), Math.max(...smallest)];
    return `task ${task}: the smallest is ${low === high ? `${low}` : `${low} to ${high}`} degrees`;
  });
  return `Principal angles between the shared space and the gradient's leading directions in ${layers} ` +
    `${layers === 1 ? "layer" : "layers"}. ${parts.join("; ")}.`;
}
