/** What a shared space and a gradient have in common. @module */
import { cpuSvd } from "../linalg/cpu_svd.ts";
import { type Dense, multiply, squaredNorm, transpose } from "../linalg/dense.ts";
import { principalAngles } from "../linalg/principal_angles.ts";
import { newDirections } from "./rank_rule.ts";
import type { SharedSpace, Side } from "./shared_space.ts";

/** What is measured of a gradient, and how. */
export interface OverlapOptions {
  /** Which vectors of the gradient live in the space: its columns (`rows`) or its rows (`features`). */
  readonly side: Side;
  /** The number of leading directions of the gradient that are compared, if not by their energy. */
  readonly rank?: number;
  /** Compares the fewest leading directions that hold this share of the gradient's energy; default 0.9. */
  readonly energyShare?: number;
}

/** What a shared space and a gradient have in common. */
export interface SpaceOverlap {
  /** `‖SᵀG‖² / ‖G‖²`, the share of the gradient's energy that removing S takes; null for a zero gradient. */
  readonly shareRemoved: number | null;
  /** Principal angles between S and the gradient's leading directions, in radians, smallest first. */
  readonly angles: Float64Array<ArrayBuffer>;
}

/**
 * Measures how much of a gradient lies in a shared space, and at which angles its leading directions stand to it.
 *
 * All directions of a gradient of full rank would span everything, at angle 0 to any space; hence only the leading
 * left singular vectors Q count: `cos θᵢ = σᵢ(SᵀQ)`.
 *
 * @param gradient `G [m, n]`, before S is removed
 * @throws {RangeError} when the gradient has another size on this side than the space, or holds NaN or infinity
 *
 * @example A gradient with one direction inside the space and one outside
 * ```ts
 * import { dense, emptySpace, growSpace, spaceOverlap } from "gorp";
 * const { space } = growSpace(emptySpace(3), dense(3, 1, [1, 0, 0]));
 * const gradient = dense(3, 2, [1, 0, 0, 1, 0, 0]);
 * const { shareRemoved, angles } = spaceOverlap(space, gradient, { side: "rows", rank: 2 });
 * console.log(shareRemoved, angles); // 0.5, one angle of 0
 * ```
 */
export function spaceOverlap(space: SharedSpace, gradient: Dense, options: OverlapOptions): SpaceOverlap {
  const { side, rank, energyShare = 0.9 } = options;
  const vectors = side === "rows" ? gradient : transpose(gradient);
  if (vectors.rows !== space.dimension) {
    throw new RangeError(
      `spaceOverlap needs a gradient with vectors of length ${space.dimension} on side "${side}"; given ` +
        `[${gradient.rows}, ${gradient.columns}].`,
    );
  }
  const total = squaredNorm(vectors);
  if (total === 0) return { shareRemoved: null, angles: new Float64Array(0) };
  if (space.basis.columns === 0) return { shareRemoved: 0, angles: new Float64Array(0) };
  const inside = squaredNorm(multiply(transpose(space.basis), vectors));
  const { u, s } = cpuSvd(vectors);
  const count = Math.min(
    rank ?? newDirections(s, "reach", { total, kept: 0, share: energyShare }),
    rankOf(s),
  );
  return {
    shareRemoved: Math.min(1, inside / total),
    angles: principalAngles(space.basis, leadingColumns(u, count)),
  };
}

/** How many singular values are more than rounding. */
function rankOf(s: Float64Array): number {
  return s.filter((value) => value > 1e-7 * s[0]).length;
}

function leadingColumns(a: Dense, count: number): Dense {
  const data = new Float64Array(a.rows * count);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < count; j++) data[i * count + j] = a.data[i * a.columns + j];
  }
  return { rows: a.rows, columns: count, data };
}
