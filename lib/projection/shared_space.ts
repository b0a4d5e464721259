/** The shared space of gradient directions that old tasks need (GORP, section 3.3). @module */
import { type Dense, dense, multiply, transpose } from "../linalg/dense.ts";
import { cpuSvd } from "../linalg/cpu_svd.ts";
import { qr } from "../linalg/qr.ts";
import { newDirections, type RankRule } from "./rank_rule.ts";

/** Which vectors of a gradient `G [m, n]` the space holds: its columns (`rows`, length m) or its rows (`features`, length n). */
export type Side = "rows" | "features";

/** A subspace with an orthonormal basis. */
export interface SharedSpace {
  /** Length of the vectors. */
  readonly dimension: number;
  /** `S [dimension, columns]` with orthonormal columns; no columns before the first task. */
  readonly basis: Dense;
  /** Whether a task has been measured: the first follows its own rank rule, even if its matrix was zero. */
  readonly measured: boolean;
}

/** How a space grows. */
export interface GrowthOptions {
  /** Default `reach`. */
  readonly rankRule?: RankRule;
  /** ε, the share of the energy to keep; default 0.9. */
  readonly energyShare?: number;
}

/** What growing a space found. */
export interface Growth {
  readonly space: SharedSpace;
  /** Number of columns added. */
  readonly added: number;
  /** Singular values of what was measured, falling. */
  readonly spectrum: Float64Array<ArrayBuffer>;
  /** Share of the energy that the space held before. */
  readonly heldBefore: number;
}

/** A space without directions. */
export function emptySpace(dimension: number): SharedSpace {
  return { dimension, basis: dense(dimension, 0), measured: false };
}

/**
 * Adds the directions of a task: `M̂ = M − S Sᵀ M = Û Σ̂ V̂ᵀ`, `S ← [S, Û_c]`, with c from the rank rule.
 * A zero matrix adds nothing. The result's columns are orthonormal.
 *
 * @param measured `M`, whose columns live in the space: the first moment, transposed for side `features`; or
 *   `Q √Λ` of the gradient covariance
 * @throws {RangeError} when M has another number of rows than the space, or holds NaN or infinity
 *
 * @example Two tasks
 * ```ts
 * import { dense, emptySpace, growSpace } from "gorp";
 * const first = growSpace(emptySpace(2), dense(2, 1, [1, 0]));
 * const second = growSpace(first.space, dense(2, 1, [1, 1]));
 * console.log(first.added, second.added); // 1 1
 * ```
 */
export function growSpace(space: SharedSpace, measured: Dense, options: GrowthOptions = {}): Growth {
  const { rankRule = "reach", energyShare = 0.9 } = options;
  if (measured.rows !== space.dimension) {
    throw new RangeError(
      `The space has vectors of length ${space.dimension}; the matrix has ${measured.rows} rows.`,
    );
  }
  const total = energyOf(measured);
  if (total === 0) {
    return { space: { ...space, measured: true }, added: 0, spectrum: new Float64Array(0), heldBefore: NaN };
  }
  const spectrum = cpuSvd(measured).s;
  const rest = withoutSpace(space, measured);
  const kept = Math.max(0, total - energyOf(rest));
  const { u, s } = cpuSvd(rest);
  const rule = space.measured ? "reach" : rankRule;
  const room = space.dimension - space.basis.columns;
  const added = Math.min(room, newDirections(s, rule, { total, kept, share: energyShare }));
  const basis = added > 0 ? qr(appended(space.basis, u, added)).q : space.basis;
  return { space: { ...space, basis, measured: true }, added, spectrum, heldBefore: kept / total };
}

/** `A − S Sᵀ A`, the part of the columns of A outside the space. */
export function withoutSpace(space: SharedSpace, a: Dense): Dense {
  if (space.basis.columns === 0) return a;
  const inside = multiply(space.basis, multiply(transpose(space.basis), a));
  return { ...a, data: a.data.map((value, i) => value - inside.data[i]) };
}

function energyOf(a: Dense): number {
  return a.data.reduce((sum, value) => sum + value * value, 0);
}

/** `[S, U[:, :count]]`. */
function appended(basis: Dense, u: Dense, count: number): Dense {
  const columns = basis.columns + count;
  const result = dense(basis.rows, columns);
  for (let i = 0; i < basis.rows; i++) {
    for (let j = 0; j < basis.columns; j++) result.data[i * columns + j] = basis.data[i * basis.columns + j];
    for (let j = 0; j < count; j++) result.data[i * columns + basis.columns + j] = u.data[i * u.columns + j];
  }
  return result;
}
