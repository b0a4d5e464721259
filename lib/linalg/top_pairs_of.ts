/** First singular vectors of several matrices on the GPU. @module */
import { collectPairs, type LeadingSide, type TopPairs } from "./collect_pairs.ts";
import { decompose, LARGEST_SMALL } from "./decompose.ts";
import { topPairs } from "./top_pairs.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { shapeText } from "../tensor/shape.ts";

/** Options of {@linkcode topPairsOf}. */
export interface TopPairsOptions {
  /** Number of pairs of each matrix; clipped to min(m, n). */
  readonly k: number;
  /** In whose vectors the entry of largest magnitude is positive; default `right`. */
  readonly leading?: LeadingSide;
  /** Determines the start vectors of the iteration on the GPU; default 0. */
  readonly seed?: number;
}

/**
 * The first k singular pairs of each of L matrices, by the method that {@linkcode svd} would choose; all small
 * ones are read back at once.
 *
 * @param matrices `[L, m, n]`
 * @throws {RangeError} when the shape has not three dimensions or an element is not finite
 *
 * @example The bases of two gradients
 * ```ts
 * import { openGpu, Random, tensor, topPairsOf } from "gorp";
 * using gpu = await openGpu();
 * using gradients = tensor(gpu, new Random(1).normalArray(2 * 12 * 9), [2, 12, 9]);
 * const { u, v } = topPairsOf(gradients, { k: 4 });
 * console.log(u.length, v.length); // 2 · 12 · 4 and 2 · 9 · 4
 * ```
 */
export function topPairsOf(matrices: Tensor, options: TopPairsOptions): TopPairs {
  if (matrices.shape.length !== 3 || matrices.size === 0) {
    throw new RangeError(
      `topPairsOf needs a tensor [L, m, n] with elements; the shape is ${shapeText(matrices.shape)}.`,
    );
  }
  const [count, rows, columns] = matrices.shape;
  const { k, leading = "right", seed } = options;
  const batch = { count, rows, columns, k };
  if (Math.min(rows, columns) <= LARGEST_SMALL) return topPairs(matrices.readFloats(), { ...batch, leading });
  return collectPairs(batch, leading, (i, k) => {
    return decompose(matrices.view([rows, columns], i * rows * columns), { k, seed });
  });
}
