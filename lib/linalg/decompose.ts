/** Choosing between the CPU and the GPU for a matrix on the GPU. @module */
import { cpuSvd } from "./cpu_svd.ts";
import { type Dense, dense, multiply, transpose } from "./dense.ts";
import type { DenseSvd } from "./jacobi_svd.ts";
import { fitsKrylov, type TopKOptions, topKSvd } from "./top_k_svd.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** A decomposition, and how it was found. */
export interface Decomposition extends DenseSvd {
  /** Float64 on the CPU (`jacobi`, `gram`; `full` where the matrix is large) or the iteration on the GPU. */
  readonly method: "jacobi" | "gram" | "krylov" | "full";
  /** The largest `‖Aᵀu − σv‖ / σ₁` or `‖Av − σu‖ / σ₁`. */
  readonly residual: number;
}

/** Up to this size of the smaller side the CPU is faster than waiting for the GPU several times. */
export const LARGEST_SMALL = 128;
/** Up to this size of the smaller side the CPU takes over where the iteration does not converge. */
const LARGEST_FULL = 2048;

/** The first k singular pairs of `a [m, n]`, k ≤ min(m, n), waiting for the GPU. */
export function decompose(a: Tensor, options: TopKOptions): Decomposition {
  const size = Math.min(...a.shape);
  if (size > LARGEST_SMALL && fitsKrylov(size, options.k)) {
    const found = topKSvd(a, options);
    if (found && (found.converged || size > LARGEST_FULL)) return { ...found, method: "krylov" };
  }
  const matrix = dense(a.shape[0], a.shape[1], a.readFloats());
  const found = cpuSvd(matrix, options);
  const method = size > LARGEST_SMALL ? "full" : found.method;
  return { ...found, method, residual: residualOf(matrix, found) };
}

/** The largest `‖Aᵀu − σv‖ / σ₁`. */
function residualOf(a: Dense, { u, s, v }: DenseSvd): number {
  if (s[0] === 0) return 0;
  const images = multiply(transpose(u), a), rows = transpose(v);
  let largest = 0;
  for (let i = 0; i < s.length; i++) {
    let sum = 0;
    for (let j = i * a.columns; j < (i + 1) * a.columns; j++) {
      sum += ((images.data[j] - s[i] * rows.data[j]) / s[0]) ** 2;
    }
    largest = Math.max(largest, Math.sqrt(sum));
  }
  return largest;
}
