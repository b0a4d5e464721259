/**
 * Light and dark: everything about a figure's looks that depends on the page stands in one plotly template,
 * so that switching replaces `layout.template` and nothing else. Traces keep their colours in both.
 *
 * @module
 */
/** The page a figure stands on. */
export type Theme = "light" | "dark";

/** Colours of a page: surface, text, quieter text, lines of the grid, lines of the axes. */
export interface ThemeColors {
  readonly paper: string;
  readonly ink: string;
  readonly quiet: string;
  readonly grid: string;
  readonly axis: string;
  /** From the lowest to the highest value, at equal distances; `ink` can be read on each of them. */
  readonly sequence: readonly string[];
}

/** The colours of both themes. Text has a contrast of at least 7 : 1 with the paper. */
export const themeColors: Readonly<Record<Theme, ThemeColors>> = {
  light: {
    paper: "#ffffff",
    ink: "#1f2328",
    quiet: "#57606a",
    grid: "#e6e9ec",
    axis: "#8c959f",
    sequence: ["#f4f8fb", "#dbe9f5", "#bdd9ed", "#98c5e3", "#6fadd7", "#4292c6"],
  },
  dark: {
    paper: "#14181d",
    ink: "#e6edf3",
    quiet: "#a8b3be",
    grid: "#2a3138",
    axis: "#6e7781",
    sequence: ["#1b232c", "#1d3042", "#203f5b", "#225075", "#256190", "#256da6"],
  },
};

/** The font of figures: the reader's own interface font, else the one static pictures are drawn with. */
export const fontFamily = "system-ui, DejaVu Sans, Verdana, sans-serif";

/** A plotly template: defaults for the layout, and for traces by their type. */
export interface ThemeTemplate {
  readonly layout: Readonly<Record<string, unknown>>;
  readonly data: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
}

/**
 * The plotly template of a theme.
 *
 * @example Switching a drawn figure to the dark theme in a browser
 * ```ts
 * import { plot } from "gorp";
 * const layout = { title: { text: "Loss" }, template: plot.themeTemplate("dark") };
 * console.log(layout.template.layout.paper_bgcolor);
 * ```
 */
export function themeTemplate(theme: Theme): ThemeTemplate {
  const { paper, ink, quiet, grid, axis, sequence } = themeColors[theme];
  const axes = {
    gridcolor: grid,
    linecolor: axis,
    tickcolor: axis,
    zerolinecolor: axis,
    zerolinewidth: 1,
    zeroline: false,
    automargin: false,
    ticks: "outside",
    ticklen: 4,
    tickfont: { size: 12, color: quiet },
    title: { font: { size: 13, color: ink }, standoff: 8 },
  };
  return {
    layout: {
      paper_bgcolor: paper,
      plot_bgcolor: paper,
      font: { family: fontFamily, size: 12, color: ink },
      title: { font: { size: 16, color: ink, weight: 600 }, subtitle: { font: { size: 12, color: quiet } } },
      legend: { font: { size: 12, color: ink }, bgcolor: "rgba(0,0,0,0)" },
      xaxis: axes,
      yaxis: axes,
      coloraxis: {
        colorscale: sequence.map((color, i) => [i / (sequence.length - 1), color]),
        colorbar: {
          tickfont: axes.tickfont,
          title: { font: axes.title.font },
          outlinewidth: 0,
          thickness: 12,
        },
      },
      annotationdefaults: { font: { size: 12, color: ink }, showarrow: false },
      shapedefaults: { line: { color: ink, width: 1 } },
      hoverlabel: { bgcolor: paper, bordercolor: axis, font: { color: ink, size: 12 }, align: "left" },
      modebar: { color: quiet, activecolor: ink, bgcolor: "rgba(0,0,0,0)" },
    },
    data: { heatmap: [{ textfont: { color: ink } }] },
  };
}
