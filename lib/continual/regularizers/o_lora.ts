/** O-LoRA: a new adapter orthogonal to the old ones. @module */
import { absoluteSum } from "../../autograd/ops/absolute_sum.ts";
import { matrixNormSum } from "../../autograd/ops/matrix_norms.ts";
import { product } from "../../autograd/ops/product.ts";
import { weightedSum } from "../../autograd/ops/weighted_sum.ts";
import { type Tensor, zeros } from "../../tensor/tensor.ts";
import { type PenalizedPair, requirePairs } from "./penalized_pair.ts";

/** A pair beside the frozen ones of earlier tasks. */
export interface StackedPair extends PenalizedPair {
  /** The earlier As, one below the other: `[R, in]` or `[L, R, in]`; absent in the first task. */
  readonly oldA?: Tensor;
}

/** Factors of the two terms. */
export interface OLoraOptions {
  /** λ1, of the overlap with old adapters; default 0.5. */
  readonly orthogonality?: number;
  /** λ2, of the norms; default 0. */
  readonly norms?: number;
}

/** The terms, each `[1]`, without their factors, and the penalty. */
export interface OLoraPenalty {
  readonly orthogonal: Tensor;
  readonly norms: Tensor;
  readonly total: Tensor;
}

/**
 * `λ1 Σ |A_old Aᵀ| + λ2 Σ (‖A‖_F + ‖B‖_F)`, entrywise and over all modules; the norms are not squared, and their
 * gradient at a matrix of zeros is 0.
 *
 * Wang et al., Orthogonal subspace learning for language model continual learning, EMNLP 2023, with the terms of its
 * released code. Published: r 8, λ1 0.5 and λ2 0 on T5 orders 1 to 3; longer orders set both for each task (λ1 up to
 * 5, λ2 up to 0.3); learning rate 1e-3, batch 64.
 *
 * @throws {RangeError} when there are no pairs
 *
 * @example An adapter that repeats an old direction
 * ```ts
 * import { continual, openGpu, tensor } from "gorp";
 * using gpu = await openGpu();
 * const a = tensor(gpu, new Float32Array([1, 0]), [1, 2]);
 * const oldA = tensor(gpu, new Float32Array([3, 4]), [1, 2]);
 * const b = tensor(gpu, new Float32Array([0]), [1, 1]);
 * console.log(continual.oLoraPenalty([{ a, b, oldA }], { orthogonality: 0.5 }).total.item()); // 1.5
 * ```
 */
export function oLoraPenalty(pairs: readonly StackedPair[], options: OLoraOptions = {}): OLoraPenalty {
  const { orthogonality = 0.5, norms = 0 } = options;
  requirePairs(pairs, "O-LoRA");
  const terms = {
    orthogonal: overlapTerm(pairs) ?? zeros(pairs[0].a.gpu, [1]),
    norms: normTerm(pairs),
  };
  return { ...terms, total: weightedSum([[terms.orthogonal, orthogonality], [terms.norms, norms]]) };
}

/** `Σ |A_old Aᵀ|`, `[1]`; null where there are no old ones. */
export function overlapTerm(pairs: readonly StackedPair[]): Tensor | null {
  const overlaps = pairs.flatMap(({ a, oldA }) =>
    oldA ? [absoluteSum(product(oldA, a, { transposeB: true }))] : []
  );
  return overlaps.length > 0 ? sumOf(overlaps) : null;
}

/** `Σ (‖A‖_F + ‖B‖_F)`, `[1]`. */
export function normTerm(pairs: readonly PenalizedPair[]): Tensor {
  return sumOf(pairs.flatMap(({ a, b }) => [matrixNormSum(a), matrixNormSum(b)]));
}

function sumOf(terms: readonly Tensor[]): Tensor {
  return weightedSum(terms.map((term) => [term, 1]));
}
