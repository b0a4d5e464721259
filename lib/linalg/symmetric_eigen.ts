/** Eigenvalues and eigenvectors of symmetric matrices in float64. @module */
import { type Dense, dense, transpose } from "./dense.ts";
import { dot } from "./row_operations.ts";
import { diagonalize } from "./diagonalize.ts";
import { inverseIteration } from "./inverse_iteration.ts";
import { type Tridiagonal, tridiagonalize } from "./tridiagonalize.ts";
import { scaled, unitScale } from "./unit_scale.ts";

/** `A ≈ Q diag(values) Qᵀ` with k eigenpairs. */
export interface SymmetricEigen {
  /** Eigenvalues, falling. */
  readonly values: Float64Array<ArrayBuffer>;
  /** Eigenvectors `[n, k]`, orthonormal columns. */
  readonly vectors: Dense;
}

/** How many pairs: a number, or a choice by all eigenvalues, falling. */
export type PairCount = number | ((values: Float64Array) => number);

/** How far from orthonormal, and how large a residual relative to the norm, the fast form may be. */
const TOLERANCE = 1e-12;

/**
 * Eigenvalues and orthonormal eigenvectors of a symmetric `a [n, n]`, of which only the lower triangle is
 * read: Householder reduction, then implicit QR steps for all pairs, or for the `k` largest eigenvalues
 * only inverse iteration, checked and replaced by the former where it fails.
 *
 * @param options.k number of pairs, from the largest eigenvalue down, or a choice of it by all eigenvalues, falling;
 *   all when omitted
 * @throws {RangeError} when `a` is not square or an element is not finite
 *
 * @example The largest eigenvalue
 * ```ts
 * import { dense, symmetricEigen } from "gorp";
 * const { values } = symmetricEigen(dense(2, 2, [2, 1, 1, 2]), { k: 1 });
 * if (Math.abs(values[0] - 3) > 1e-14) throw new Error("unexpected");
 * ```
 */
export function symmetricEigen(a: Dense, options: { readonly k?: PairCount } = {}): SymmetricEigen {
  const scale = unitScale(a);
  const { k = a.rows } = options;
  const count = typeof k === "number" ? k : (values: Float64Array) => k(values.map((value) => value * scale));
  const { values, rows } = eigenRows(scaled(a, scale), count);
  for (let i = 0; i < values.length; i++) values[i] *= scale;
  return { values, vectors: transpose(rows) };
}

/** The same for a matrix of unit scale, with the eigenvectors as rows `[count, n]`. */
export function eigenRows(a: Dense, count: PairCount): { values: Float64Array<ArrayBuffer>; rows: Dense } {
  if (a.rows !== a.columns) {
    throw new RangeError(`Eigenvalues need a square matrix; the shape is [${a.rows}, ${a.columns}].`);
  }
  const n = a.rows;
  const t = tridiagonalize(a);
  if (typeof count === "number" && count > n / 2) return allPairs(t, Math.min(count, n));
  const values = t.diagonal.slice();
  diagonalize(values, t.coupling.slice(), null);
  values.sort().reverse();
  const k = Math.min(typeof count === "number" ? count : count(values), n);
  if (k > n / 2) return allPairs(t, k);
  const top = values.slice(0, k);
  const rows = inverseIteration(t, top);
  if (!isAccurate(t, top, rows)) return allPairs(t, k);
  t.expand(rows);
  return { values: top, rows };
}

function allPairs(t: Tridiagonal, k: number): { values: Float64Array<ArrayBuffer>; rows: Dense } {
  const n = t.diagonal.length;
  const vectors = dense(n, n);
  for (let i = 0; i < n; i++) vectors.data[i * n + i] = 1;
  const values = t.diagonal.slice();
  diagonalize(values, t.coupling.slice(), vectors);
  const order = [...values.keys()].sort((i, j) => values[j] - values[i]).slice(0, k);
  const rows = dense(k, n);
  order.forEach((from, to) => rows.data.set(vectors.data.subarray(from * n, (from + 1) * n), to * n));
  t.expand(rows);
  return { values: Float64Array.from(order, (i) => values[i]), rows };
}

/** Whether rows are orthonormal eigenvectors of `T`. */
function isAccurate(t: Tridiagonal, values: Float64Array, rows: Dense): boolean {
  const { diagonal: d, coupling: e } = t;
  const n = d.length, x = rows.data;
  let norm = 0;
  for (let i = 0; i < n; i++) norm = Math.max(norm, Math.abs(d[i]) + 2 * Math.abs(e[i]));
  for (let k = 0; k < rows.rows; k++) {
    const start = k * n;
    for (let i = 0; i < n; i++) {
      const before = i > 0 ? e[i - 1] * x[start + i - 1] : 0;
      const after = i + 1 < n ? e[i] * x[start + i + 1] : 0;
      const residual = before + (d[i] - values[k]) * x[start + i] + after;
      if (!(Math.abs(residual) <= TOLERANCE * norm)) return false;
    }
    for (let j = 0; j <= k; j++) {
      const expected = j === k ? 1 : 0;
      if (!(Math.abs(dot(x, j * n, x, start, n) - expected) <= TOLERANCE)) return false;
    }
  }
  return true;
}
