/** The singular value decomposition on the CPU by the method that suits the matrix. @module */
import type { Dense } from "./dense.ts";
import { gramSvd } from "./gram_svd.ts";
import { type DenseSvd, jacobiSvd } from "./jacobi_svd.ts";

/** Up to this many rows or columns Jacobi is the faster one, whatever k. */
const JACOBI_SIZE = 16;
/** Up to this many it takes over where more than half of the pairs are wanted. */
const JACOBI_SIZE_FOR_MOST = 128;

/**
 * The first k singular pairs of `a [m, n]` in float64 on the CPU: {@linkcode jacobiSvd} where the matrix is
 * very small or small and most pairs are wanted, {@linkcode gramSvd} otherwise.
 *
 * @param options.k number of pairs; all min(m, n) when omitted, and never more
 * @throws {RangeError} when an element is not finite
 *
 * @example All singular values
 * ```ts
 * import { cpuSvd, dense } from "gorp";
 * const { s, method } = cpuSvd(dense(2, 2, [0, 3, 4, 0]));
 * console.log(s, method); // 4, 3 by jacobi
 * ```
 */
export function cpuSvd(
  a: Dense,
  options: { readonly k?: number } = {},
): DenseSvd & { readonly method: "jacobi" | "gram" } {
  const size = Math.min(a.rows, a.columns);
  const k = Math.min(options.k ?? size, size);
  const jacobi = size <= JACOBI_SIZE || (size <= JACOBI_SIZE_FOR_MOST && k > size / 2);
  if (jacobi) return { ...jacobiSvd(a, { k }), method: "jacobi" };
  return { ...gramSvd(a, k), method: "gram" };
}
