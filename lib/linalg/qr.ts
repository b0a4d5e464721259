/** Orthonormal bases of column spaces in float64. @module */
import { completeRows } from "./complete_rows.ts";
import { type Dense, dense, transpose } from "./dense.ts";
import { householderQr } from "./householder_qr.ts";

/**
 * `A = Q R` for `a [m, n]`, m ≥ n: `q [m, n]` with orthonormal columns (also where `a` has dependent ones) and
 * `r [n, n]` upper triangular with no negative diagonal element, so that columns which are orthonormal already
 * stay as they are.
 *
 * @throws {RangeError} when there are more columns than rows
 *
 * @example An orthonormal basis
 * ```ts
 * import { dense, qr } from "gorp";
 * const { q } = qr(dense(3, 2, [2, 1, 0, 1, 0, 1]));
 * console.log(q.data); // columns of length 1, at right angles
 * ```
 */
export function qr(a: Dense): { readonly q: Dense; readonly r: Dense } {
  const { rows: m, columns: n } = a;
  if (m < n) throw new RangeError(`qr needs at least as many rows as columns; the shape is [${m}, ${n}].`);
  const factors = householderQr(transpose(a), { pivot: false });
  const unit = dense(n, n);
  for (let i = 0; i < n; i++) unit.data[i * n + i] = 1;
  const q = factors.expand(unit), r = factors.r;
  for (let i = 0; i < n; i++) {
    if (r.data[i * n + i] >= 0) continue;
    for (let j = i; j < n; j++) r.data[i * n + j] *= -1;
    for (let j = 0; j < m; j++) q.data[i * m + j] *= -1;
  }
  return { q: transpose(q), r };
}

/** Columns `[m, n]`, orthonormal, filled up to `count` columns by directions orthogonal to them. */
export function completeColumns(q: Dense, count: number): Dense {
  const rows = dense(count, q.rows);
  rows.data.set(transpose(q).data);
  completeRows(rows, q.columns);
  return transpose(rows);
}
