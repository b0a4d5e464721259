/** Figures as HTML. @module */
import type { Figure } from "../plot/figure.ts";
import { plotlyConfig } from "../plot/plotly_config.ts";
import { themeTemplate } from "../plot/theme.ts";
import { escapeHtml } from "../display/rich_display.ts";
import figureInPage from "./figure_in_page.js" with { type: "text" };

/**
 * A static picture that becomes an interactive figure where scripts run and {@linkcode plotlyHtml} stands in
 * the same page.
 *
 * @param figure what to show
 * @param png the same as a picture, in base64
 */
export function figureHtml(figure: Figure, png: string): string {
  const id = `gorp-figure-${crypto.randomUUID()}`;
  const values = [id, figure, themeTemplate("dark"), plotlyConfig].map(scriptValue).join(", ");
  return `<div id="${id}" style="min-height:${figure.height}px">` +
    `<img alt="${escapeHtml(figure.alt)}" src="data:image/png;base64,${png}" style="max-width:100%">` +
    `</div>\n<script>${figureInPage.replace(/;\s*$/, "")}(${values});</script>`;
}

/** Plotly for all figures of a page, out of the way of any other plotly and of module loaders. */
export function plotlyHtml(source: string): string {
  return "<script>globalThis.gorpPlotly ??= (function () { const module = { exports: {} }, exports = module.exports, " +
    `define = undefined;\n${
      source.replaceAll("</script", "<\\/script")
    }\nreturn module.exports; })();</script>`;
}

/** A value as JavaScript that may stand in a script element. */
function scriptValue(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
