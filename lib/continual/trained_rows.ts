/** Copying of a model the rows that are trained, and no others. @module */
import type { LanguageModel } from "../models/language_model.ts";
import type { PackedWeight, Weights } from "../models/layout.ts";
import { columnsOf, elementCount } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** A layout whose weights are cut below the rows that are trained. */
export interface TrainedRows {
  readonly layout: readonly PackedWeight[];
  readonly weights: Weights;
  /** What was cut off, by key: views of the model's own weights. */
  readonly rests: ReadonlyMap<string, Tensor>;
}

/** Bytes from which on rows are worth a product of their own: 4 MiB. */
const LEAST_CUT = 2 ** 22;

/**
 * Cuts packed weights below the last of the named modules in them, so that what is packed with trained modules (such as
 * `up_proj` with `gate_proj`) stays where it is: rows in float16, and those that take 4 MiB and more.
 */
export function cutToTrained(
  { layout, weights }: Pick<LanguageModel, "layout" | "weights">,
  names: ReadonlySet<string>,
): TrainedRows {
  const rests = new Map<string, Tensor>();
  const tops: Record<string, Tensor> = {};
  const cut = layout.map((packed) => {
    const { key, shape, parts } = packed;
    const trained = parts.filter(({ name }) => names.has(name.replace(/\.weight$/, "")));
    const rows = Math.max(...trained.map((part) => part.row + part.rows));
    if (trained.length === 0 || rows === shape[0]) return packed;
    const columns = columnsOf(shape);
    const rest = weights[key].view([shape[0] - rows, columns], rows * columns);
    if (rest.dtype === "f32" && 4 * elementCount(rest.shape) < LEAST_CUT) return packed;
    rests.set(key, rest);
    tops[key] = weights[key].view([rows, columns]);
    return { key, shape: [rows, columns], parts: parts.filter((part) => part.row < rows) };
  });
  return { layout: cut, weights: { ...weights, ...tops }, rests };
}
