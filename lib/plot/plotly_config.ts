/**
 * How interactive figures behave.
 *
 * @module
 */

/**
 * The plotly configuration of interactive figures: as wide as the page, without the maker's logo, and without
 * the button that uploads the data of a figure to a server.
 *
 * @example Drawing a figure in a browser
 * ```ts
 * import { plot } from "gorp";
 * console.log(plot.plotlyConfig.showSendToCloud); // false
 * ```
 */
export const plotlyConfig = {
  responsive: true,
  displaylogo: false,
  showSendToCloud: false,
  plotlyServerURL: "",
  modeBarButtonsToRemove: ["select2d", "lasso2d"],
  toImageButtonOptions: { format: "svg", filename: "figure" },
} as const;
