/**
 * A figure as a PNG picture, drawn without a browser.
 *
 * @module
 */
import type { Figure } from "./figure.ts";
import { loadFonts } from "./fonts.ts";
import { indexedPng } from "./indexed_png.ts";
import { packageFile } from "./package_file.ts";
import { type RenderOptions, renderSvg } from "./render_svg.ts";
import { themeColors } from "./theme.ts";

/** Size and theme of a picture, and how many of its pixels make one CSS pixel. */
export interface RenderPngOptions extends RenderOptions {
  readonly scale?: number;
}

let loading: Promise<typeof import("@resvg/resvg-wasm")> | undefined;

/**
 * Draws a figure as PNG, with the fonts of the kit, so that it looks the same on every machine.
 *
 * @param figure a figure
 * @param options width (900) and height (the figure's) in CSS pixels, theme (light), scale (2)
 * @returns the bytes of a PNG file, `scale · width` pixels wide
 * @throws {Error} if plotly, the fonts or the renderer are not there and cannot be fetched
 *
 * @example A picture beside a table
 * ```ts
 * import { plot } from "gorp";
 * const png = await plot.renderPng(plot.lossFigure({ series: [] }), { scale: 1 });
 * console.log(png.length > 1000);
 * ```
 */
export async function renderPng(
  figure: Figure,
  options: RenderPngOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  return await pngOfSvg(await renderSvg(figure, options), options);
}

/**
 * Turns a picture that {@linkcode renderSvg} has drawn into PNG.
 *
 * @param options theme and scale as for {@linkcode renderPng}
 */
export async function pngOfSvg(
  svg: string,
  { scale = 2, theme = "light" }: Pick<RenderPngOptions, "scale" | "theme"> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const [{ Resvg }, fonts] = await Promise.all([loadResvg(), loadFonts()]);
  const renderer = new Resvg(svg, {
    fitTo: { mode: "zoom", value: scale },
    background: themeColors[theme].paper,
    font: {
      fontBuffers: [fonts.regular.bytes, fonts.bold.bytes],
      defaultFontFamily: "DejaVu Sans",
      sansSerifFamily: "DejaVu Sans",
    },
  });
  try {
    const image = renderer.render();
    const pixels = { bytes: image.pixels, width: image.width, height: image.height };
    image.free();
    return await indexedPng(pixels);
  } finally {
    renderer.free();
  }
}

function loadResvg(): Promise<typeof import("@resvg/resvg-wasm")> {
  return loading ??= (async () => {
    const resvg = await import("@resvg/resvg-wasm");
    await resvg.initWasm(
      await packageFile("@resvg/resvg-wasm/index_bg.wasm", () => import("@resvg/resvg-wasm")),
    );
    return resvg;
  })();
}
