/** Fixing the signs that a singular value decomposition leaves open. @module */
import type { Dense } from "./dense.ts";

/**
 * The sign convention `largest-positive`: flips pairs of columns, in place, so that in each column of
 * `leading` the entry of largest magnitude (the first of equals) is positive.
 *
 * Moments live in the projected coordinates and survive a refresh of the basis, so the signs matter (method
 * document, section 2, "Signs"). `leading` is V where V is kept, and U where only U is.
 *
 * @param leading `[r, k]`
 * @param following `[l, k]`, flipped along
 *
 * @example A column is flipped together with its partner
 * ```ts
 * import { dense, largestPositive } from "gorp";
 * const v = dense(2, 1, [0.6, -0.8]), u = dense(2, 1, [1, 0]);
 * largestPositive(v, u);
 * console.log(v.data, u.data); // -0.6, 0.8 and -1, 0
 * ```
 */
export function largestPositive(leading: Dense, following?: Dense): void {
  const { rows, columns, data } = leading;
  for (let j = 0; j < columns; j++) {
    let largest = 0;
    for (let i = 0; i < rows; i++) {
      const value = data[i * columns + j];
      if (Math.abs(value) > Math.abs(largest)) largest = value;
    }
    if (largest >= 0) continue;
    flipColumn(leading, j);
    if (following) flipColumn(following, j);
  }
}

function flipColumn(a: Dense, j: number): void {
  for (let at = j; at < a.data.length; at += a.columns) a.data[at] = 0 - a.data[at];
}
