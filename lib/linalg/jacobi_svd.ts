/** The full singular value decomposition of a small matrix in float64. @module */
import { type Dense, dense, rowLength, transpose } from "./dense.ts";
import { completeRows } from "./complete_rows.ts";
import { orthogonalizeRows } from "./jacobi_rotations.ts";
import { householderQr } from "./householder_qr.ts";
import { scaled, unitScale } from "./unit_scale.ts";

/** `A ≈ U diag(s) Vᵀ` with k pairs of singular vectors, in float64 on the CPU. */
export interface DenseSvd {
  /** Left singular vectors `[m, k]`, orthonormal columns. */
  readonly u: Dense;
  /** Singular values, falling. */
  readonly s: Float64Array<ArrayBuffer>;
  /** Right singular vectors `[n, k]`, orthonormal columns. */
  readonly v: Dense;
}

/**
 * The `min(m, n)` singular values and vectors of `a [m, n]`, by one-sided Jacobi after a QR decomposition with
 * column pivoting (Drmač and Veselić 2008): accurate for any scale, for rank-deficient and for zero matrices;
 * vectors that belong to zero singular values complete the orthonormal bases.
 *
 * About 4 ms for 64 by 64. Signs are as they come; see {@linkcode largestPositive}.
 *
 * @param options.k how many pairs to return, from the largest on; all when omitted. It saves the
 *   completion of bases, not the decomposition.
 * @throws {RangeError} when an element is not finite
 *
 * @example Singular values of a diagonal matrix
 * ```ts
 * import { dense, jacobiSvd } from "gorp";
 * const { s } = jacobiSvd(dense(2, 2, [0, 3, -4, 0]));
 * if (Math.abs(s[0] - 4) + Math.abs(s[1] - 3) > 1e-14) throw new Error("unexpected");
 * ```
 */
export function jacobiSvd(a: Dense, options: { readonly k?: number } = {}): DenseSvd {
  const scale = unitScale(a);
  const wide = a.rows < a.columns;
  const columns = wide ? scaled(a, scale) : transpose(scaled(a, scale));
  const { left, s, right } = decomposeColumns(columns, Math.min(options.k ?? Infinity, columns.rows));
  for (let i = 0; i < s.length; i++) s[i] *= scale;
  const [u, v] = [transpose(left), transpose(right)];
  return wide ? { u: v, s, v: u } : { u, s, v };
}

/** For the matrix with these n columns of length m ≥ n: k vectors as rows, `left [k, m]` and `right [k, n]`. */
function decomposeColumns(
  columns: Dense,
  k: number,
): { left: Dense; s: Float64Array<ArrayBuffer>; right: Dense } {
  const { rows: n, columns: m } = columns;
  const qr = householderQr(columns, { pivot: true });
  const work = { ...qr.r, data: qr.r.data.slice() };
  const turned = dense(qr.rank, qr.rank);
  for (let i = 0; i < qr.rank; i++) turned.data[i * qr.rank + i] = 1;
  orthogonalizeRows(work, turned);

  const lengths = Float64Array.from({ length: qr.rank }, (_, i) => rowLength(work, i));
  const order = [...lengths.keys()].sort((i, j) => lengths[j] - lengths[i]).slice(0, k);
  const s = new Float64Array(k);
  const left = dense(k, m), right = dense(k, n);
  const expanded = qr.expand(turned);
  order.forEach((from, to) => {
    s[to] = lengths[from];
    left.data.set(expanded.data.subarray(from * m, (from + 1) * m), to * m);
    for (let j = 0; j < n; j++) {
      right.data[to * n + qr.order[j]] = work.data[from * n + j] / lengths[from];
    }
  });
  completeRows(left, order.length);
  completeRows(right, order.length);
  return { left, s, right };
}
