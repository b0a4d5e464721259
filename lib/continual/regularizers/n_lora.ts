/** N-LoRA: sparse adapters, so that those of different tasks seldom collide. @module */
import { InputError } from "../../errors/input_error.ts";
import { absoluteSum } from "../../autograd/ops/absolute_sum.ts";
import { product } from "../../autograd/ops/product.ts";
import { weightedSum } from "../../autograd/ops/weighted_sum.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type PenalizedPair, requirePairs } from "./penalized_pair.ts";

/** Which matrix is made sparse, and how strongly. */
export interface NLoraOptions {
  /** λ; default 0.4. */
  readonly factor?: number;
  /**
   * `delta-w` (default): the change `B A [out, in]` of each weight, as in the paper; `r-by-r`: the product
   * `A B [r, r]`, as in the released code, which needs weights with as many rows as columns.
   */
  readonly version?: "delta-w" | "r-by-r";
}

/**
 * `λ Σ |B A|` or `λ Σ |A B|`, entrywise and over all modules, without LoRA's scale.
 *
 * Yang et al., Is parameter collision hindering continual learning in LLMs?, COLING 2025. Published: λ 0.4 on T5
 * orders 1 to 3, 0.55 on order 5, 1.8 on order 6; ten epochs.
 *
 * @returns `[1]`
 * @throws {RangeError} when there are no pairs
 * @throws {InputError} when `r-by-r` meets a weight that is not square
 */
export function nLoraPenalty(pairs: readonly PenalizedPair[], options: NLoraOptions = {}): Tensor {
  const { factor = 0.4, version = "delta-w" } = options;
  requirePairs(pairs, "N-LoRA");
  return weightedSum(pairs.map(({ a, b }) => {
    const [outputs, inputs] = [b.shape.at(-2)!, a.shape.at(-1)!];
    if (version === "r-by-r" && outputs !== inputs) {
      throw new InputError(
        `N-LoRA's version r-by-r multiplies A by B, which needs square weights; one is [${outputs}, ${inputs}].`,
      );
    }
    return [absoluteSum(version === "r-by-r" ? product(a, b) : product(b, a)), factor];
  }));
}
