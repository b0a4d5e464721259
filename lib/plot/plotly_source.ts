/**
 * Plotly's cartesian bundle as text, to be run without a browser or put into a page.
 *
 * @module
 */
import { packageFile } from "./package_file.ts";

let loading: Promise<string> | undefined;

/**
 * The source text of `plotly.js-cartesian-dist-min` (1.5 MB; scatter, bar, box, heatmap, histogram, violin).
 * It defines `Plotly` when run as a script.
 *
 * @example The size of the library
 * ```ts
 * import { plot } from "gorp";
 * console.log((await plot.plotlySource()).length);
 * ```
 */
export function plotlySource(): Promise<string> {
  return loading ??= packageFile(
    "plotly.js-cartesian-dist-min/plotly-cartesian.min.js",
    () => import("plotly.js-cartesian-dist-min/package.json", { with: { type: "json" } }),
  ).then((bytes) => new TextDecoder().decode(bytes));
}
