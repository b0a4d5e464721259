/** The shared space of gradient directions that old tasks need (GORP, section 3.3). @module */
import { displayed } from "../display/rich_display.ts";
import { type Dense, dense, multiply, squaredNorm, transpose } from "../linalg/dense.ts";
import { cpuSvd } from "../linalg/cpu_svd.ts";
import { qr } from "../linalg/qr.ts";
import { symmetricEigen } from "../linalg/symmetric_eigen.ts";
import { type EnergyBudget, newDirections, type RankRule } from "./rank_rule.ts";
import { spaceDisplay } from "./space_display.ts";

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
  return displayed({ dimension, basis: dense(dimension, 0), measured: false }, spaceDisplay);
}

/**
 * Adds the directions of a task: `M̂ = M − S Sᵀ M = Û Σ̂ V̂ᵀ`, `S ← [S, Û_c]`, with c from the rank rule.
 * A zero matrix adds nothing. The result's columns are orthonormal.
 *
 * @param measured `M`, whose columns live in the space: the first moment, transposed for side `features`
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
      `growSpace() needs a matrix with vectors of length ${space.dimension} as columns; given ${measured.rows} rows.`,
    );
  }
  const total = squaredNorm(measured);
  if (total === 0) {
    const same = withDirections(space, measured, 0);
    return { space: same, added: 0, spectrum: new Float64Array(0), heldBefore: NaN };
  }
  const spectrum = cpuSvd(measured).s;
  const rest = withoutSpace(space, measured);
  const kept = Math.max(0, total - squaredNorm(rest));
  const { u, s } = cpuSvd(rest);
  const added = directionsToAdd(space, s, { rankRule, total, kept, share: energyShare });
  return { space: withDirections(space, u, added), added, spectrum, heldBefore: kept / total };
}

/**
 * Adds the directions of a task whose matrix M is known by `C = M Mᵀ` only, as the covariance of gradients is: what
 * {@linkcode growSpace} does with `Q √Λ` for `C = Q Λ Qᵀ` (method document, section 3b), but with one reduction of C
 * and only the eigenvectors that are added, which makes it fit for wide layers.
 *
 * @param covariance `C [dimension, dimension]`, symmetric; eigenvalues that rounding made negative count as zero
 * @throws {RangeError} when C is of another size than the space, or holds NaN or infinity
 *
 * @example Two tasks
 * ```ts
 * import { dense, emptySpace, growSpaceFromCovariance } from "gorp";
 * const first = growSpaceFromCovariance(emptySpace(2), dense(2, 2, [4, 0, 0, 0]));
 * const second = growSpaceFromCovariance(first.space, dense(2, 2, [1, 1, 1, 1]));
 * console.log(first.added, first.spectrum[0], second.added); // 1 2 1
 * ```
 */
export function growSpaceFromCovariance(
  space: SharedSpace,
  covariance: Dense,
  options: GrowthOptions = {},
): Growth {
  const { rankRule = "reach", energyShare = 0.9 } = options;
  const { dimension } = space;
  if (covariance.rows !== dimension || covariance.columns !== dimension) {
    throw new RangeError(
      `The space has vectors of length ${dimension}; the covariance is ${covariance.rows} by ${covariance.columns}.`,
    );
  }
  let spectrum = new Float64Array(0);
  let added = 0;
  const total = traceOf(covariance);
  if (total === 0) return { space: withDirections(space, covariance, 0), added, spectrum, heldBefore: NaN };
  const rest = withoutSpace(space, transpose(withoutSpace(space, covariance)));
  const kept = Math.max(0, total - traceOf(rest));
  const { vectors } = symmetricEigen(rest, {
    k: (values) => {
      spectrum = rootsOf(values);
      return added = directionsToAdd(space, spectrum, { rankRule, total, kept, share: energyShare });
    },
  });
  if (space.basis.columns > 0) symmetricEigen(covariance, { k: (values) => (spectrum = rootsOf(values), 0) });
  return { space: withDirections(space, vectors, added), added, spectrum, heldBefore: kept / total };
}

function rootsOf(values: Float64Array): Float64Array<ArrayBuffer> {
  return Float64Array.from(values, (value) => Math.sqrt(Math.max(0, value)));
}

function traceOf(a: Dense): number {
  return a.data.reduce((sum, value, i) => i % (a.columns + 1) === 0 ? sum + value : sum, 0);
}

function directionsToAdd(
  space: SharedSpace,
  singularValues: Float64Array,
  { rankRule, ...budget }: { readonly rankRule: RankRule } & EnergyBudget,
): number {
  const room = space.dimension - space.basis.columns;
  return Math.min(room, newDirections(singularValues, space.measured ? "reach" : rankRule, budget));
}

function withDirections(space: SharedSpace, u: Dense, added: number): SharedSpace {
  const basis = added > 0 ? qr(appended(space.basis, u, added)).q : space.basis;
  return displayed({ ...space, basis, measured: true }, spaceDisplay);
}

/** `A − S Sᵀ A`, the part of the columns of A outside the space. */
export function withoutSpace(space: SharedSpace, a: Dense): Dense {
  if (space.basis.columns === 0) return a;
  const inside = multiply(space.basis, multiply(transpose(space.basis), a));
  return { ...a, data: a.data.map((value, i) => value - inside.data[i]) };
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
