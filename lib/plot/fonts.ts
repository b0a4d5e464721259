/**
 * The fonts of static pictures: DejaVu Sans, regular and bold, from npm.
 *
 * @module
 */
import { type FontMetrics, fontMetrics } from "./font_metrics.ts";
import { packageFile } from "./package_file.ts";

/** A font as a file and as a ruler. */
export interface Font {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly metrics: FontMetrics;
}

let loading: Promise<{ regular: Font; bold: Font }> | undefined;

/** Loads both fonts, once a process. */
export function loadFonts(): Promise<{ regular: Font; bold: Font }> {
  return loading ??= (async () => {
    const [regular, bold] = await Promise.all(
      ["DejaVuSans", "DejaVuSans-Bold"].map((name) => readFont(`dejavu-fonts-ttf/ttf/${name}.ttf`)),
    );
    return { regular, bold };
  })();
}

async function readFont(specifier: string): Promise<Font> {
  const bytes = await packageFile(
    specifier,
    () => import("dejavu-fonts-ttf/package.json", { with: { type: "json" } }),
  );
  return { bytes, metrics: fontMetrics(bytes) };
}
