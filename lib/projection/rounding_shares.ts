/** Shares of a gradient that may be nothing but rounding. @module */
import { type Dense, squaredNorm, transpose } from "../linalg/dense.ts";
import { type SharedSpace, type Side, withoutSpace } from "./shared_space.ts";

/**
 * `‖G − S Sᵀ G‖ / ‖G‖` (side `rows`) or `‖G − G S Sᵀ‖ / ‖G‖` (`features`): the share of a gradient that is left when the
 * shared space is removed. When S fills the space it is zero but for rounding.
 *
 * @param gradient `G [m, n]`, not zero
 *
 * @example A space that holds one of two equal directions
 * ```ts
 * import { dense, emptySpace, growSpace, shareOutside } from "gorp";
 * const { space } = growSpace(emptySpace(2), dense(2, 1, [1, 0]));
 * console.log(shareOutside(space, dense(2, 1, [1, 1]), "rows")); // 0.707…
 * ```
 */
export function shareOutside(space: SharedSpace, gradient: Dense, side: Side): number {
  const vectors = side === "rows" ? gradient : transpose(gradient);
  return norm(withoutSpace(space, vectors)) / norm(vectors);
}

/** The share of a matrix's norm off its diagonal; the matrix is not zero. */
export function shareOffDiagonal(a: Dense): number {
  const data = a.data.map((value, i) => i % a.columns === Math.floor(i / a.columns) ? 0 : value);
  return norm({ ...a, data }) / norm(a);
}

function norm(a: Dense): number {
  return Math.sqrt(squaredNorm(a));
}
