/**
 * The singular spectra from which the shared space is taken.
 *
 * @module
 */
import { emptyFigure } from "./empty_figure.ts";
import { type Figure, figure, type Layout, type Trace } from "./figure.ts";
import { designWidth, frame, type Panel, panelGrid, panelTitle } from "./frame.ts";
import { distinctNames, plotlyText, shorten } from "./label.ts";
import { orderedColors } from "./palette.ts";
import { cuts, reach, type Spectrum } from "./spectrum.ts";

/** What {@link spectraFigure} shows. */
export interface SpectraData {
  readonly spectra: readonly Spectrum[];
  /** The share ε of the sum of squares that the kept columns hold. */
  readonly energyShare?: number;
  readonly title?: string;
  readonly subtitle?: string;
}

const mostPanels = 12;
/** Values below this share of the largest are rounding errors in 32-bit arithmetic and are not drawn. */
const smallestShare = 1e-7;

/**
 * Singular values on a logarithmic axis, a panel for each layer, a line for each task; a large open point on
 * every line marks the last column kept: the smallest count whose squares sum to the energy share.
 *
 * @param data spectra of any layers and tasks; of more than twelve layers the first twelve are shown
 *
 * @example One layer after two tasks
 * ```ts
 * import { plot } from "gorp";
 * const shown = plot.spectraFigure({
 *   energyShare: 0.95,
 *   spectra: [
 *     { task: 1, layer: "encoder.0.q", kind: "covariance", values: Float32Array.of(3, 1, 0.3, 0.1) },
 *     { task: 2, layer: "encoder.0.q", kind: "covariance", values: Float32Array.of(2, 1.5, 0.4, 0.2) },
 *   ],
 * });
 * console.log(shown.alt);
 * ```
 */
export function spectraFigure(data: SpectraData): Figure {
  const { energyShare, title = "Singular values at the end of each task" } = data;
  const spectra = data.spectra.filter(({ values }) => Array.from(values).some((value) => value > 0));
  if (spectra.length === 0) return emptyFigure(title, "no spectrum was recorded");
  const kinds = [...new Set(spectra.map(({ kind }) => kind))];
  const keyOf = ({ layer, kind }: Spectrum) => kinds.length > 1 ? `${layer} · ${kind}` : layer;
  const all = [...new Set(spectra.map(keyOf))];
  const keys = all.slice(0, mostPanels);
  const names = distinctNames(keys);
  const tasks = [...new Set(spectra.map(({ task }) => task))].sort((a, b) => a - b);
  const colors = new Map(tasks.map((task, i) => [task, orderedColors(tasks.length)[i]]));

  const columns = keys.length <= 2 ? keys.length : keys.length === 4 ? 2 : keys.length <= 6 ? 3 : 4;
  const [left, right, gapX, gapY] = [78, 16, 22, 56];
  const plotWidth = designWidth - left - right;
  const panelHeight = keys.length <= 2 ? 260 : columns === 2 ? 190 : 165;
  const { panels, plotHeight } = panelGrid(keys.length, { columns, panelHeight, gapX, gapY, plotWidth });
  const shown = spectra.filter((one) => keys.includes(keyOf(one)));
  const range = logRange(shown);
  const longest = Math.max(...shown.map(({ values }) => values.length));
  const cutName = energyShare === undefined
    ? "last column kept"
    : `last column kept (energy share ${energyShare})`;
  const keptCount = (one: Spectrum) =>
    one.kept ?? (energyShare === undefined ? 0 : reach(one.values, energyShare));

  const subtitle = [
    data.subtitle ?? (kinds.length === 1 ? `of the ${kinds[0].replaceAll("-", " ")}` : ""),
    all.length > keys.length ? `the first ${keys.length} of ${all.length} panels` : "",
  ].filter(Boolean).join(" · ");

  return figure({
    title,
    alt: alternative(shown, keptCount),
    data: [
      ...shown.map((one) => {
        const panel = panels[keys.indexOf(keyOf(one))];
        const isFirst = shown.find(({ task }) => task === one.task) === one;
        return line(one, panel, colors.get(one.task)!, isFirst);
      }),
      ...cuts(shown, cutName, {
        panelOf: (one) => panels[keys.indexOf(keyOf(one))],
        colorOf: ({ task }) => colors.get(task)!,
        keptCount,
      }),
    ],
    layout: {
      ...frame({
        title,
        subtitle,
        plotHeight,
        left,
        right,
        bottom: 50,
        panelTitle: 24,
        legend: [...tasks.map((task) => `task ${task}`), cutName],
      }),
      ...Object.assign({}, ...panels.map((panel) => axes(panel, keys.length, columns, range, longest))),
      annotations: panels.map((panel, i) =>
        panelTitle(panel, plotlyText(shorten(names[i], Math.floor((plotWidth / columns - gapX) / 7.6))), 11)
      ),
    },
  });
}

function line(one: Spectrum, panel: Panel, color: string, inLegend: boolean): Trace {
  const values = drawable(one.values);
  const hasMarkers = values.length <= 40;
  return {
    type: "scatter",
    mode: hasMarkers ? "lines+markers" : "lines",
    name: `task ${one.task}`,
    legendgroup: `task ${one.task}`,
    legendrank: one.task,
    showlegend: inLegend,
    xaxis: panel.x,
    yaxis: panel.y,
    x: values.map((_, i) => i + 1),
    y: values,
    line: { color, width: 1.5 },
    marker: hasMarkers ? { color, size: 3.5 } : undefined,
    hovertemplate: `${plotlyText(one.layer)}<br>task ${one.task}, value %{x}: %{y:.3g}<extra></extra>`,
  };
}

function drawable(values: ArrayLike<number>): (number | null)[] {
  const list = Array.from(values);
  const floor = smallestShare * Math.max(...list.filter(Number.isFinite));
  return list.map((value) => value > floor ? value : null);
}

function logRange(spectra: readonly Spectrum[]): [number, number] {
  const values = spectra.flatMap(({ values }) => drawable(values)).filter((value) => value !== null);
  const [low, high] = [Math.log10(Math.min(...values)), Math.log10(Math.max(...values))];
  const pad = Math.max(0.1, 0.05 * (high - low));
  return [low - pad, high + pad];
}

function axes(
  panel: Panel,
  count: number,
  columns: number,
  range: readonly number[],
  longest: number,
): Layout {
  const isLastInColumn = (panel.row + 1) * columns + panel.column >= count;
  return {
    [panel.xaxis]: {
      domain: panel.xDomain,
      anchor: panel.y,
      range: [0, longest + 1],
      nticks: 6,
      title: isLastInColumn ? { text: "index of the singular value" } : undefined,
    },
    [panel.yaxis]: {
      domain: panel.yDomain,
      anchor: panel.x,
      type: "log",
      range,
      dtick: Math.max(1, Math.ceil((range[1] - range[0]) / 6)),
      ...(panel.column === 0
        ? { exponentformat: "power", showexponent: "all", tickfont: { size: 10 } }
        : { showticklabels: false }),
      title: panel.column === 0 ? { text: "singular value" } : undefined,
    },
  };
}

function alternative(spectra: readonly Spectrum[], keptCount: (one: Spectrum) => number): string {
  const counted = (values: readonly unknown[], name: string) => {
    const count = new Set(values).size;
    return `${count} ${name}${count === 1 ? "" : "s"}`;
  };
  const layers = counted(spectra.map(({ layer }) => layer), "layer");
  const tasks = counted(spectra.map(({ task }) => task), "task");
  const kept = spectra.map(keptCount).filter((count) => count > 0);
  const range = kept.length > 0 ? ` ${Math.min(...kept)} to ${Math.max(...kept)} columns are kept.` : "";
  return `Singular values of ${layers} at the end of ${tasks}, on a logarithmic axis.${range}`;
}
