/** CLoRA: an adapter kept away from fixed random directions. @module */
import { product } from "../../autograd/ops/product.ts";
import { squaredDistance } from "../../autograd/ops/squared_distance.ts";
import { weightedSum } from "../../autograd/ops/weighted_sum.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type PenalizedPair, requirePairs } from "./penalized_pair.ts";

/** A pair with the directions that it may not use; both frozen, with orthonormal columns. */
export interface ControlledPair extends PenalizedPair {
  /** `[in, k]` or `[L, in, k]` */
  readonly inputDirections: Tensor;
  /** `[out, k]` or `[L, out, k]` */
  readonly outputDirections: Tensor;
}

/**
 * `λ/2 Σ (‖A P_in‖² + ‖Bᵀ P_out‖²)` over all modules.
 *
 * Controlled LoRA (Lu et al., ACL 2025), subspace regularization of one adapter that is trained on. Published: λ 1,
 * k from 128 to 2048, P drawn at random and kept.
 *
 * @param options.factor λ; default 1
 * @returns `[1]`
 * @throws {RangeError} when there are no pairs
 */
export function cLoraPenalty(
  pairs: readonly ControlledPair[],
  options: { readonly factor?: number } = {},
): Tensor {
  const { factor = 1 } = options;
  requirePairs(pairs, "CLoRA");
  return weightedSum(pairs.flatMap(({ a, b, inputDirections, outputDirections }) => [
    [squaredDistance(product(a, inputDirections)), factor / 2] as const,
    [squaredDistance(product(b, outputDirections, { transposeA: true })), factor / 2] as const,
  ]));
}
