/** The first singular pairs of a small matrix, quickly. @module */
import { completeRows } from "./complete_rows.ts";
import {
  type Dense,
  dense,
  divideRow,
  multiply,
  rowGram,
  rowLength,
  selectRows,
  transpose,
} from "./dense.ts";
import { addScaled, dot } from "./row_operations.ts";
import type { DenseSvd } from "./jacobi_svd.ts";
import { orthogonalizeRows } from "./jacobi_rotations.ts";
import { eigenRows } from "./symmetric_eigen.ts";
import { scaled, unitScale } from "./unit_scale.ts";

/** Singular values below this part of the first wait for the next round: the Gram matrix squares the ratio. */
const ROUND_RATIO = 1e-5;
/** Singular values below this part of the first are rounding errors of float64 and count as zero. */
const NOISE_RATIO = 2 ** -46;

/** Singular vectors as rows; `far` already divided by the singular values. */
interface Pairs {
  /** `[k, r]`, of the smaller side. */
  readonly near: Dense;
  /** `[k, l]`, of the larger side. */
  readonly far: Dense;
  readonly s: Float64Array<ArrayBuffer>;
}

/**
 * The first `k` singular values and vectors of `a [m, n]` through the Gram matrix of its smaller side in
 * float64. The Gram matrix squares the ratio of the singular values, so its eigenvectors only choose a
 * subspace; values and vectors come from `a` itself within it, by Jacobi rotations. Pairs below 1e-5 of the
 * first are found in a further round, after the earlier ones have been subtracted, so that values are right
 * down to 1e-13 of the first. Vectors of zero singular values complete the orthonormal bases.
 *
 * 0.4 ms for k = 8 of 64 by 64; {@linkcode cpuSvd} chooses between it and {@linkcode jacobiSvd}.
 *
 * @param k number of pairs; clipped to min(m, n)
 * @throws {RangeError} when an element is not finite
 *
 * @example The first pair of a matrix
 * ```ts
 * import { dense, gramSvd } from "gorp";
 * const { s } = gramSvd(dense(2, 3, [3, 0, 0, 0, 4, 0]), 1);
 * if (Math.abs(s[0] - 4) > 1e-14) throw new Error("unexpected");
 * ```
 */
export function gramSvd(a: Dense, k: number): DenseSvd {
  const scale = unitScale(a);
  const wide = a.rows <= a.columns;
  let small = wide ? scaled(a, scale) : transpose(scaled(a, scale));
  const count = Math.min(k, small.rows);
  let found: Pairs = { near: dense(0, small.rows), far: dense(0, small.columns), s: new Float64Array(0) };
  while (found.s.length < count) {
    const next = firstPairs(small, count - found.s.length, found);
    if (next.s.length === 0) break;
    found = joined(found, next);
    if (found.s.length < count) small = withoutPairs(small, next);
  }
  const { near, far, s } = completed(found, count);
  for (let i = 0; i < s.length; i++) s[i] *= scale;
  const [u, v] = wide ? [near, far] : [far, near];
  return { u: transpose(u), s, v: transpose(v) };
}

/** Pairs of what is left of the matrix, from the largest on, that one Gram matrix resolves; none of noise. */
function firstPairs(small: Dense, count: number, earlier: Pairs): Pairs {
  const near = eigenRows(rowGram(small), count).rows;
  orthogonalizeAgainst(earlier.near, near);
  const far = multiply(near, small);
  orthogonalizeRows(far, near);
  const lengths = Float64Array.from({ length: count }, (_, i) => rowLength(far, i));
  const largest = Math.max(...lengths);
  const least = Math.max(ROUND_RATIO * largest, NOISE_RATIO * (earlier.s[0] ?? largest));
  const order = [...lengths.keys()].filter((i) => lengths[i] > least).sort((i, j) => lengths[j] - lengths[i]);
  const pairs = {
    near: selectRows(near, order),
    far: selectRows(far, order),
    s: Float64Array.from(order, (i) => lengths[i]),
  };
  for (let i = 0; i < order.length; i++) divideRow(pairs.far, i, pairs.s[i]);
  orthogonalizeAgainst(earlier.far, pairs.far);
  return pairs;
}

/** Makes rows orthogonal to the orthonormal rows of `basis`, and of length 1 again. */
function orthogonalizeAgainst(basis: Dense, rows: Dense): void {
  const n = rows.columns;
  if (basis.rows === 0) return;
  for (let i = 0; i < rows.rows; i++) {
    for (let k = 0; k < basis.rows; k++) {
      addScaled(rows.data, i * n, -dot(basis.data, k * n, rows.data, i * n, n), basis.data, k * n, n);
    }
    divideRow(rows, i, rowLength(rows, i));
  }
}

function withoutPairs(small: Dense, pairs: Pairs): Dense {
  const rest = { ...small, data: small.data.slice() };
  const n = small.columns;
  for (let k = 0; k < pairs.s.length; k++) {
    for (let i = 0; i < small.rows; i++) {
      const amount = -pairs.s[k] * pairs.near.data[k * small.rows + i];
      addScaled(rest.data, i * n, amount, pairs.far.data, k * n, n);
    }
  }
  return rest;
}

function completed(pairs: Pairs, count: number): Pairs {
  const known = pairs.s.length;
  if (known === count) return pairs;
  const [near, far] = [pairs.near, pairs.far].map((rows) => {
    const all = dense(count, rows.columns);
    all.data.set(rows.data);
    completeRows(all, known);
    return all;
  });
  const s = new Float64Array(count);
  s.set(pairs.s);
  return { near, far, s };
}

function joined(a: Pairs, b: Pairs): Pairs {
  const stack = (x: Dense, y: Dense): Dense => dense(x.rows + y.rows, x.columns, [...x.data, ...y.data]);
  if (a.s.length === 0) return b;
  return { near: stack(a.near, b.near), far: stack(a.far, b.far), s: Float64Array.of(...a.s, ...b.s) };
}
