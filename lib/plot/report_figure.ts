/**
 * A figure in a report: pictures for both themes, a place for the interactive form, and the caption.
 *
 * @module
 */
import { escapeHtml } from "../display/rich_display.ts";
import type { Figure } from "./figure.ts";
import { type DrawSvg, renderSvg } from "./render_svg.ts";
import type { Theme } from "./theme.ts";

/**
 * The HTML of one figure; the page's script draws figure `number − 1` of its data into `.live`.
 *
 * @param captioned the figure and what to look for in it
 * @param number counted from 1
 * @param draw makes its pictures
 */
export async function reportFigure(
  captioned: { readonly figure: Figure; readonly caption: string },
  number: number,
  draw: DrawSvg = renderSvg,
): Promise<string> {
  const { figure, caption } = captioned;
  const [light, dark] = [await picture(figure, "light", draw), await picture(figure, "dark", draw)];
  const alt = escapeHtml(figure.alt);
  return `<figure id="figure-${number}">
<div class="scroll"><div class="canvas" style="--height:${figure.height}px">
<div class="still">` +
    `<img class="light" src="${light}" alt="${alt}" width="900" height="${figure.height}">` +
    `<img class="dark" src="${dark}" alt="${alt}" width="900" height="${figure.height}"></div>
<div class="live" role="img" aria-label="${alt}"></div>
</div></div>
<figcaption><b>Figure ${number}.</b> ${escapeHtml(caption)}</figcaption>
</figure>`;
}

async function picture(figure: Figure, theme: Theme, draw: DrawSvg): Promise<string> {
  const svg = new TextEncoder().encode(await draw(figure, { theme }));
  return `data:image/svg+xml;base64,${svg.toBase64()}`;
}
