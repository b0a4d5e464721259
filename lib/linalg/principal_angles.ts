/** The angles between two subspaces. @module */
import { cpuSvd } from "./cpu_svd.ts";
import { addProduct, type Dense, multiply, transpose } from "./dense.ts";

/**
 * The principal angles between the spans of two sets of orthonormal columns, in radians, smallest first:
 * `cos θᵢ = σᵢ(AᵀB)`. Angles below 45° are taken from `sin θᵢ = σᵢ(B − A AᵀB)`, as the cosine of a small angle
 * holds few of its digits (Knyazev and Argentati, 2002).
 *
 * @param a `[n, p]` with orthonormal columns
 * @param b `[n, q]` with orthonormal columns
 * @returns min(p, q) angles from 0 to π/2; 0 is a direction that both have, π/2 one that the other knows nothing of
 * @throws {RangeError} when the columns differ in length, or hold NaN or infinity
 *
 * @example A plane and a line at 45° to it
 * ```ts
 * import { dense, principalAngles } from "gorp";
 * const plane = dense(3, 2, [1, 0, 0, 1, 0, 0]);
 * const line = dense(3, 1, [Math.SQRT1_2, 0, Math.SQRT1_2]);
 * const [angle] = principalAngles(plane, line);
 * if (Math.abs(angle - Math.PI / 4) > 1e-12) throw new Error(`${angle}`);
 * ```
 */
export function principalAngles(a: Dense, b: Dense): Float64Array<ArrayBuffer> {
  if (a.rows !== b.rows) {
    throw new RangeError(
      `Principal angles need columns of equal length; given [${a.rows}, ${a.columns}] and [${b.rows}, ${b.columns}].`,
    );
  }
  const [wide, narrow] = a.columns >= b.columns ? [a, b] : [b, a];
  if (narrow.columns === 0) return new Float64Array(0);
  const overlap = multiply(transpose(wide), narrow);
  const rest = { ...narrow, data: narrow.data.slice() };
  addProduct(rest, wide, overlap, -1);
  const cosines = cpuSvd(overlap).s;
  const sines = cpuSvd(rest).s.toReversed();
  return cosines.map((cosine, i) =>
    cosine * cosine >= 0.5 ? Math.asin(Math.min(1, sines[i])) : Math.acos(cosine)
  );
}
