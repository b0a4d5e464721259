/** The singular value decomposition on the CPU by the method that suits the matrix. @module */
import type { Dense } from "./dense.ts";
import { gramSvd } from "./gram_svd.ts";
import { type DenseSvd, jacobiSvd } from "./jacobi_svd.ts";

/** Up to this smaller side Jacobi's last digit costs nothing; at 64 it takes two to ten times as long. */
const JACOBI_SIZE = 16;

/**
 * The first k singular pairs of `a [m, n]` in float64 on the CPU: {@linkcode jacobiSvd} where a side is at
 * most 16, {@linkcode gramSvd} otherwise. All pairs of 64 by 64 take 2 ms, of 512 by 512 about 0.9 s.
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
  const { k = size } = options;
  if (size <= JACOBI_SIZE) return { ...jacobiSvd(a, { k }), method: "jacobi" };
  return { ...gramSvd(a, k), method: "gram" };
}
