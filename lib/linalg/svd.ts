/** The singular value decomposition of a tensor. @module */
import { displayed } from "../display/rich_display.ts";
import { decompose, type Decomposition } from "./decompose.ts";
import type { Dense } from "./dense.ts";
import { largestPositive } from "./signs.ts";
import { svdDisplay } from "./svd_display.ts";
import { clipCount } from "./collect_pairs.ts";
import { shapeText } from "../tensor/shape.ts";
import { type Tensor, tensor } from "../tensor/tensor.ts";

/** Options of {@linkcode svd}. */
export interface SvdOptions {
  /** Number of singular pairs, from the largest on; all min(m, n) when omitted. */
  readonly k?: number;
  /** Determines the start vectors of the iteration on the GPU; default 0. */
  readonly seed?: number;
  /** The residual up to which a large matrix is left to the iteration; default 3e-5. */
  readonly tolerance?: number;
}

/** `A ≈ U diag(s) Vᵀ`. */
export interface Svd {
  /** Left singular vectors `[m, k]`. */
  readonly u: Tensor;
  /** Singular values `[k]`, falling. */
  readonly s: Float64Array<ArrayBuffer>;
  /** Right singular vectors `[n, k]`; in each the entry of largest magnitude is positive. */
  readonly v: Tensor;
  /** Float64 on the CPU (`jacobi`, `gram`; `full` where the matrix is large) or the iteration on the GPU. */
  readonly method: Decomposition["method"];
  /** The largest `‖Aᵀu − σv‖ / σ₁` or `‖Av − σu‖ / σ₁`. */
  readonly residual: number;
  /** Number of pairs. */
  readonly k: number;
  /** Whether more pairs were asked for than there are. */
  readonly clipped: boolean;
}

/**
 * The first k singular values and vectors of a matrix, waiting for the GPU.
 *
 * A matrix with a side of at most 128 is read back and decomposed in float64. Of a larger one the first pairs
 * come from a block Krylov iteration on the GPU, accurate to 1e-6 of the first value (14 ms for k = 8 of 1024
 * by 1024 on the software adapter), or from float64 on the CPU where that does not converge or where k is too
 * large for it (0.7 s for k = 8 of 1024 by 1024, 9 s for all). With both sides above 2048 a result that has
 * not converged is returned as it is: look at `residual`.
 *
 * @param a `[m, n]`
 * @throws {RangeError} when `a` is not a matrix, an element is not finite, or k is not a positive integer
 *
 * @example Two singular values
 * ```ts
 * import { openGpu, svd, tensor } from "gorp";
 * using gpu = await openGpu();
 * using a = tensor(gpu, new Float32Array([3, 0, 0, 0, 4, 0]), [2, 3]);
 * const { s } = svd(a, { k: 2 });
 * console.log(s); // 4, 3
 * ```
 */
export function svd(a: Tensor, options: SvdOptions = {}): Svd {
  if (a.shape.length !== 2 || a.size === 0) {
    throw new RangeError(`svd needs a matrix with elements; the shape is ${shapeText(a.shape)}.`);
  }
  const [m, n] = a.shape;
  const { k, clipped } = clipCount(options.k ?? Math.min(m, n), m, n);
  const { u, s, v, method, residual } = decompose(a, { ...options, k });
  largestPositive(v, u);
  const result = { u: upload(a, u), s, v: upload(a, v), method, residual, k, clipped };
  return displayed(result, svdDisplay);
}

function upload(a: Tensor, vectors: Dense): Tensor {
  return tensor(a.gpu, new Float32Array(vectors.data), [vectors.rows, vectors.columns]);
}
