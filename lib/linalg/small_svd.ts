/** The first singular pairs of a small matrix by the method that suits it. @module */
import type { Dense } from "./dense.ts";
import { gramSvd } from "./gram_svd.ts";
import { type DenseSvd, jacobiSvd } from "./jacobi_svd.ts";

/** Up to this many rows or columns Jacobi is the faster one, whatever k. */
const JACOBI_SIZE = 16;
/** Up to this many it takes over where more than half of the pairs are wanted. */
const JACOBI_SIZE_FOR_MOST = 128;

/**
 * The first `k` singular pairs of `a [m, n]` in float64 on the CPU: {@linkcode jacobiSvd} where the matrix is
 * very small or most pairs are wanted, {@linkcode gramSvd} otherwise. `k` is clipped to min(m, n).
 */
export function smallSvd(a: Dense, k: number): DenseSvd & { readonly method: "jacobi" | "gram" } {
  const size = Math.min(a.rows, a.columns);
  const jacobi = size <= JACOBI_SIZE || (size <= JACOBI_SIZE_FOR_MOST && k > size / 2);
  if (jacobi) return { ...jacobiSvd(a, { count: k }), method: "jacobi" };
  return { ...gramSvd(a, k), method: "gram" };
}
