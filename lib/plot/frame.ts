/**
 * What surrounds every figure: title, subtitle, legend and margins, laid out in pixels so that nothing
 * overlaps whatever the height; and the panels of a figure with several plots.
 *
 * @module
 */
import type { Layout } from "./figure.ts";
import { plotlyText, shorten } from "./label.ts";

/** The width in pixels that figures are laid out for. They stretch with the page. */
export const designWidth = 900;

/** What a frame is made of; lengths in pixels. */
export interface FrameParts {
  readonly title: string;
  readonly subtitle?: string;
  /** The names in the legend, above the plot; none for no legend. */
  readonly legend?: readonly string[];
  /** Height of the plot itself, without title, legend and axes. */
  readonly plotHeight: number;
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  /** Room above the plot for the titles of panels. */
  readonly panelTitle?: number;
}

/** A layout with title, legend, margins and height. */
export function frame(parts: FrameParts): Layout & { readonly height: number } {
  const { title, subtitle, legend = [], plotHeight, left, right, bottom, panelTitle = 0 } = parts;
  const headHeight = subtitle ? 66 : 40;
  const legendWidth = legend.reduce((width, name) => width + 44 + 7.4 * [...name].length, 0);
  const legendHeight = legend.length === 0 ? 0 : 10 + 20 * Math.ceil(legendWidth / (designWidth - 30));
  const top = headHeight + legendHeight + panelTitle;
  const height = top + plotHeight + bottom;
  return {
    title: {
      text: plotlyText(shorten(title, 92)),
      subtitle: subtitle ? { text: plotlyText(shorten(subtitle, 140)) } : undefined,
      x: 0,
      xref: "container",
      xanchor: "left",
      y: 1,
      yref: "container",
      yanchor: "top",
      pad: { t: 10, l: 12 },
    },
    showlegend: legend.length > 0,
    ...(legend.length > 0
      ? {
        legend: {
          orientation: "h",
          x: 4 / designWidth,
          xref: "container",
          xanchor: "left",
          y: 1 - headHeight / height,
          yref: "container",
          yanchor: "top",
          tracegroupgap: 0, // Names flow only where each trace is in a group of its own.
        },
      }
      : {}),
    margin: { l: left, r: right, t: top, b: bottom, pad: 0, autoexpand: false },
    height,
    hovermode: "closest",
  };
}

/** Where one panel stands: axis numbers from 1 and domains as fractions of the plot. */
export interface Panel {
  /** Names in traces: `x`, `x2`, … and `y`, `y2`, … */
  readonly x: string;
  readonly y: string;
  /** Names in the layout: `xaxis`, `xaxis2`, … */
  readonly xaxis: string;
  readonly yaxis: string;
  readonly xDomain: readonly [number, number];
  readonly yDomain: readonly [number, number];
  readonly row: number;
  readonly column: number;
}

/** Size of a grid of panels; lengths in pixels. */
export interface PanelGridOptions {
  readonly columns: number;
  readonly panelHeight: number;
  /** Between columns. */
  readonly gapX: number;
  /** Between rows, with room for the axis of one and the title of the other. */
  readonly gapY: number;
  /** Width of the plot, without margins. */
  readonly plotWidth: number;
}

/** A grid of equal panels, row by row from the top left, and the height of the whole. */
export function panelGrid(count: number, options: PanelGridOptions): { panels: Panel[]; plotHeight: number } {
  const { columns, panelHeight, gapX, gapY, plotWidth } = options;
  const rows = Math.ceil(count / columns);
  const plotHeight = rows * panelHeight + (rows - 1) * gapY;
  const width = (plotWidth - (columns - 1) * gapX) / columns;
  const panels = Array.from({ length: count }, (_, i): Panel => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const start = column * (width + gapX) / plotWidth;
    const top = 1 - row * (panelHeight + gapY) / plotHeight;
    const suffix = i === 0 ? "" : String(i + 1);
    return {
      x: `x${suffix}`,
      y: `y${suffix}`,
      xaxis: `xaxis${suffix}`,
      yaxis: `yaxis${suffix}`,
      xDomain: [start, Math.min(1, start + width / plotWidth)],
      yDomain: [Math.max(0, top - panelHeight / plotHeight), top],
      row,
      column,
    };
  });
  return { panels, plotHeight };
}

/** The title of a panel, above its top left corner. */
export function panelTitle(panel: Panel, text: string, size = 12): Layout {
  return {
    text,
    xref: "paper",
    yref: "paper",
    x: panel.xDomain[0],
    y: panel.yDomain[1],
    xanchor: "left",
    yanchor: "bottom",
    yshift: 3,
    font: { size, weight: 600 },
  };
}

/** A note in the middle of a panel, such as "not measured". */
export function panelNote(panel: Panel, text: string): Layout {
  return {
    text,
    xref: "paper",
    yref: "paper",
    x: (panel.xDomain[0] + panel.xDomain[1]) / 2,
    y: (panel.yDomain[0] + panel.yDomain[1]) / 2,
    xanchor: "center",
    yanchor: "middle",
    opacity: 0.75,
    font: { style: "italic" },
  };
}
