/**
 * The accuracy matrix of one row of results.
 *
 * @module
 */
import { accuracyMatricesFigure, type LabelledAccuracy } from "./accuracy_matrices_figure.ts";
import type { Figure } from "./figure.ts";

/** What {@link accuracyMatrixFigure} shows. */
export interface AccuracyMatrixData extends LabelledAccuracy {
  /** In the order they were learned. */
  readonly taskNames: readonly string[];
  readonly title?: string;
}

/**
 * A heatmap of accuracy in percent, one row for each moment, one column for each task; cells that were not
 * measured are hatched.
 *
 * @param data one matrix; `note` becomes the subtitle
 *
 * @example The matrix of a run
 * ```ts
 * import { plot } from "gorp";
 * const shown = plot.accuracyMatrixFigure({
 *   label: "B+L+S",
 *   taskNames: ["topic", "tone"],
 *   accuracy: [[0.2, 0.3], [0.97, null], [0.71, 0.96]],
 * });
 * console.log(shown.title);
 * ```
 */
export function accuracyMatrixFigure(data: AccuracyMatrixData): Figure {
  const { taskNames, label, accuracy, note, title = `Accuracy after each task: ${label}` } = data;
  return accuracyMatricesFigure({ taskNames, matrices: [{ label, accuracy, note }], title, subtitle: note });
}
