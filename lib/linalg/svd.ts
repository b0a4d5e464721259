/** The singular value decomposition of a tensor. @module */
import { type Dense, dense, multiply, transpose } from "./dense.ts";
import { gramSvd } from "./gram_svd.ts";
import type { DenseSvd } from "./jacobi_svd.ts";
import { largestPositive } from "./signs.ts";
import { cpuSvd } from "./cpu_svd.ts";
import { fitsKrylov, topKSvd } from "./top_k_svd.ts";
import { clipCount } from "./top_pairs.ts";
import { shapeText } from "../tensor/shape.ts";
import { type Tensor, tensor } from "../tensor/tensor.ts";

/** Options of {@linkcode svd}. */
export interface SvdOptions {
  /** Number of singular pairs, from the largest on; all min(m, n) when omitted. */
  readonly k?: number;
  /** Determines the start vectors of the iteration on the GPU; default 0. */
  readonly seed?: number;
  /** The residual up to which a large matrix may be left to the iteration; default 3e-5. */
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
  /** What computed it: float64 on the CPU (`jacobi`, `gram`, `full` for a large matrix) or the GPU (`krylov`). */
  readonly method: "jacobi" | "gram" | "krylov" | "full";
  /** The largest `‖Aᵀu − σv‖ / σ₁` or `‖Av − σu‖ / σ₁`. */
  readonly residual: number;
  /** Number of pairs. */
  readonly k: number;
  /** Whether more pairs were asked for than there are. */
  readonly clipped: boolean;
}

/** Up to this size of the smaller side the CPU is faster than waiting for the GPU several times. */
const LARGEST_SMALL = 128;
/** Up to this size of the smaller side a full decomposition (about 2 s at 1024) is the fallback. */
const LARGEST_FULL = 2048;

/**
 * The first k singular values and vectors of a matrix, waiting for the GPU.
 *
 * A matrix with a side of at most 128 is read back and decomposed in float64; of a larger one the first pairs
 * come from a block Krylov iteration on the GPU, accurate to 1e-6 where the spectrum decays (20 ms for k = 8
 * of 1024 by 1024 on the software adapter), or where that does not converge from float64 on the CPU. Beyond a
 * smaller side of 2048 the iteration's result is returned as it is: look at `residual`.
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
  const found = decompose(a, { ...options, k });
  const { u, v, s, method, residual } = found;
  largestPositive(v, u);
  return { u: upload(a, u), s, v: upload(a, v), method, residual, k, clipped };
}

type Found = DenseSvd & { readonly method: Svd["method"]; readonly residual: number };

function decompose(a: Tensor, options: SvdOptions & { readonly k: number }): Found {
  const { k } = options;
  const size = Math.min(...a.shape);
  if (size <= LARGEST_SMALL) return measured(toDense(a), (matrix) => cpuSvd(matrix, { k }));
  if (fitsKrylov(size, k)) {
    const found = topKSvd(a, options);
    if (found && (found.converged || size > LARGEST_FULL)) return { ...found, method: "krylov" };
  }
  return measured(toDense(a), (matrix) => ({ ...gramSvd(matrix, k), method: "full" }));
}

function measured(a: Dense, run: (a: Dense) => DenseSvd & { readonly method: Svd["method"] }): Found {
  const found = run(a);
  return { ...found, residual: residualOf(a, found) };
}

/** The largest `‖Aᵀu − σv‖ / σ₁`. */
function residualOf(a: Dense, { u, s, v }: DenseSvd): number {
  const images = multiply(transpose(u), a), rows = transpose(v);
  let largest = 0;
  for (let i = 0; i < s.length; i++) {
    let sum = 0;
    for (let j = i * a.columns; j < (i + 1) * a.columns; j++) {
      sum += ((images.data[j] - s[i] * rows.data[j]) / s[0]) ** 2;
    }
    largest = Math.max(largest, Math.sqrt(sum));
  }
  return s[0] === 0 ? 0 : largest;
}

function toDense(a: Tensor): Dense {
  return dense(a.shape[0], a.shape[1], a.readFloats());
}

function upload(a: Tensor, vectors: Dense): Tensor {
  return tensor(a.gpu, new Float32Array(vectors.data), [vectors.rows, vectors.columns]);
}
