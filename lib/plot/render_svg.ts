/**
 * A figure as an SVG picture, drawn without a browser.
 *
 * @module
 */
import type { Figure } from "./figure.ts";
import { designWidth } from "./frame.ts";
import { headlessPlotly } from "./headless_plotly.ts";
import { inTheme } from "./in_theme.ts";
import type { Theme } from "./theme.ts";

/** Size in CSS pixels and theme of a picture. */
export interface RenderOptions {
  readonly width?: number;
  /** The figure's own height unless given. */
  readonly height?: number;
  readonly theme?: Theme;
}

/**
 * Draws a figure as SVG. The same figure gives the same text. Fonts are named, not embedded.
 *
 * @param figure a figure
 * @param options width (900), height (the figure's) and theme (light)
 * @returns an SVG document with the figure's title and alternative text
 * @throws {Error} if plotly or the fonts are not there and cannot be fetched
 *
 * @example A picture for a paper
 * ```ts
 * import { plot } from "gorp";
 * const svg = await plot.renderSvg(plot.lossFigure({ series: [] }), { width: 600 });
 * console.log(svg.slice(0, 4)); // <svg
 * ```
 */
export async function renderSvg(figure: Figure, options: RenderOptions = {}): Promise<string> {
  const { width, height, theme } = inFull(figure, options);
  const { plotly, withElement } = await headlessPlotly();
  const { data, layout } = structuredClone(inTheme(figure, theme));
  const svg = await withElement(async (element) => {
    // without names of their own, plotly gives traces random ones
    const named = data.map((trace, i) => ({ uid: String(i), ...trace }));
    await plotly.newPlot(element, named, { ...layout, width, height }, { staticPlot: true });
    return plotly.Snapshot.toSVG(element, "svg", 1);
  });
  return withStableNames(withDescription(svg, figure));
}

function inFull(
  figure: Figure,
  { width = designWidth, height = figure.height, theme = "light" }: RenderOptions,
): Required<RenderOptions> {
  return { width, height, theme };
}

/** How a figure becomes SVG. */
export type DrawSvg = (figure: Figure, options?: RenderOptions) => Promise<string>;

/**
 * {@linkcode renderSvg} that remembers what it has drawn, for those who need the same picture several times: drawing is
 * most of the time that a picture takes. Figures must not change meanwhile.
 */
export function rememberingSvg(): DrawSvg {
  const drawn = new Map<Figure, Map<string, Promise<string>>>();
  return (figure, options = {}) => {
    const { width, height, theme } = inFull(figure, options);
    const ofFigure = drawn.get(figure) ?? new Map<string, Promise<string>>();
    drawn.set(figure, ofFigure);
    const key = `${width} ${height} ${theme}`;
    const svg = ofFigure.get(key) ?? renderSvg(figure, options);
    ofFigure.set(key, svg);
    return svg;
  };
}

function withDescription(svg: string, { title, alt }: Figure): string {
  const description = `<title>${escapeXml(title)}</title><desc>${escapeXml(alt)}</desc>`;
  return svg.replace(/^<svg[^>]*>/, (tag) => `${tag.slice(0, -1)} role="img">${description}`);
}

/** Plotly names clip paths by a random number; here by a number made from the picture itself. */
function withStableNames(svg: string): string {
  const random = /id="defs-([0-9a-f]{6})"/.exec(svg)?.[1];
  if (!random) return svg;
  let hash = 2166136261;
  const neutral = svg.replaceAll(random, "");
  for (let i = 0; i < neutral.length; i++) hash = Math.imul(hash ^ neutral.charCodeAt(i), 16777619);
  return svg.replaceAll(random, `f${(hash >>> 0).toString(16).padStart(8, "0")}`);
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
