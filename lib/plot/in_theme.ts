/**
 * A figure on a light or a dark page.
 *
 * @module
 */
import type { Figure, PlotlyValue } from "./figure.ts";
import { type Theme, themeTemplate } from "./theme.ts";

/**
 * The plotly value of a figure as it should look in a theme.
 *
 * @param figure a figure
 * @param theme the page it will stand on
 * @returns traces and layout, sharing everything but the template with the figure
 *
 * @example The same figure on a dark page
 * ```ts
 * import { plot } from "gorp";
 * const dark = plot.inTheme(plot.lossFigure({ series: [] }), "dark");
 * console.log(dark.layout.template);
 * ```
 */
export function inTheme(figure: Figure, theme: Theme): PlotlyValue {
  return { data: figure.data, layout: { ...figure.layout, template: themeTemplate(theme) } };
}
