/** One-sided Jacobi: making the rows of a matrix orthogonal by plane rotations. @module */
import type { Dense } from "./dense.ts";
import { dot } from "./row_operations.ts";

const EPSILON = 2 ** -52;
const MAX_SWEEPS = 40;

/**
 * Rotates pairs of rows of `work [r, n]` until all rows are orthogonal, and the rows of
 * `companion [r, p]` along with them: with `Wᵀ C` fixed, `W` ends as `Σ Vᵀ`. Both are overwritten. Rows that
 * are zero stay zero.
 *
 * One-sided Jacobi (Hestenes 1958) with the stable rotation of Rutishauser; see Golub and Van Loan, Matrix
 * Computations, section 8.6.
 *
 * @param options.tolerance largest cosine between rows that count as orthogonal; rounding errors by default
 * @returns the number of sweeps, the last of which found nothing to rotate
 */
export function orthogonalizeRows(
  work: Dense,
  companion: Dense,
  options: { readonly tolerance?: number } = {},
): number {
  const { rows, columns: n, data: w } = work;
  const p = companion.columns;
  const { tolerance = EPSILON * Math.max(4, Math.sqrt(n)) } = options;
  const squares = new Float64Array(rows);
  for (let sweep = 1; sweep <= MAX_SWEEPS; sweep++) {
    let rotations = 0;
    for (let i = 0; i < rows; i++) squares[i] = dot(w, i * n, w, i * n, n);
    for (let i = 0; i < rows - 1; i++) {
      for (let j = i + 1; j < rows; j++) {
        const alpha = squares[i], beta = squares[j];
        const gamma = dot(w, i * n, w, j * n, n);
        if (!(Math.abs(gamma) > tolerance * Math.sqrt(alpha * beta))) continue;
        const zeta = (beta - alpha) / (2 * gamma);
        const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
        const cosine = 1 / Math.sqrt(1 + tangent * tangent);
        rotate(w, i * n, j * n, n, cosine, cosine * tangent);
        rotate(companion.data, i * p, j * p, p, cosine, cosine * tangent);
        squares[i] = square(alpha - tangent * gamma, alpha, w, i * n, n);
        squares[j] = square(beta + tangent * gamma, beta, w, j * n, n);
        rotations++;
      }
    }
    if (rotations === 0) return sweep;
  }
  return MAX_SWEEPS;
}

/** The updated square of a row's length, computed anew where the update lost its digits. */
function square(updated: number, before: number, w: Float64Array, start: number, n: number): number {
  return updated > 1e-3 * before ? updated : dot(w, start, w, start, n);
}

/** `x ← c x − s y`, `y ← s x + c y`. */
function rotate(data: Float64Array, x: number, y: number, n: number, c: number, s: number): void {
  for (let i = 0; i < n; i++) {
    const a = data[x + i], b = data[y + i];
    data[x + i] = c * a - s * b;
    data[y + i] = s * a + c * b;
  }
}
