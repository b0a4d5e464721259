/** Eigenvalues of a tridiagonal matrix by shifted QR steps. @module */
import type { Dense } from "./dense.ts";

const EPSILON = 2 ** -52;
const MAX_STEPS_PER_VALUE = 60;

/**
 * Turns a symmetric tridiagonal matrix into a diagonal one by implicit QR steps with Wilkinson's shift (Golub
 * and Van Loan, Matrix Computations, section 8.3). `diagonal` ends as the eigenvalues in no particular order,
 * `coupling` as zeros. With `vectors [n, p]` given, the rotations are applied to its rows: the identity ends
 * as the eigenvectors, one a row. Errors are of the size of the rounding errors of the largest eigenvalue.
 *
 * @throws {Error} when an eigenvalue does not converge, which finite input does not cause
 */
export function diagonalize(diagonal: Float64Array, coupling: Float64Array, vectors: Dense | null): void {
  const n = diagonal.length;
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, Math.abs(diagonal[i]), Math.abs(coupling[i]));
  const tiny = EPSILON / 8 * largest;
  let steps = 0;
  for (let high = n - 1; high > 0;) {
    let low = high;
    while (low > 0 && !isNegligible(diagonal, coupling, low - 1, tiny)) low--;
    if (low > 0) coupling[low - 1] = 0;
    if (low === high) {
      high--;
      steps = 0;
      continue;
    }
    if (++steps > MAX_STEPS_PER_VALUE) {
      throw new Error(`An eigenvalue of a ${n} by ${n} tridiagonal matrix did not converge.`);
    }
    qrStep(diagonal, coupling, low, high, vectors);
  }
}

function isNegligible(d: Float64Array, e: Float64Array, i: number, tiny: number): boolean {
  const size = Math.abs(e[i]);
  return size <= EPSILON * (Math.abs(d[i]) + Math.abs(d[i + 1])) || size <= tiny;
}

/** One QR step on rows low…high: chases the bulge that the shifted first rotation makes. */
function qrStep(d: Float64Array, e: Float64Array, low: number, high: number, vectors: Dense | null): void {
  const half = (d[high - 1] - d[high]) / 2;
  const square = e[high - 1] * e[high - 1];
  const root = Math.sqrt(half * half + square);
  const shift = d[high] - square / (half + (half < 0 ? -root : root));
  let x = d[low] - shift, bulge = e[low];
  for (let k = low; k < high; k++) {
    const radius = Math.sqrt(x * x + bulge * bulge);
    const inverse = radius === 0 ? 0 : 1 / radius;
    const cosine = radius === 0 ? 1 : x * inverse;
    const sine = bulge * inverse;
    if (k > low) e[k - 1] = radius;
    const a = d[k], b = e[k];
    const turn = sine * (d[k + 1] - a) + 2 * cosine * b;
    d[k] = a + sine * turn;
    d[k + 1] -= sine * turn;
    x = e[k] = cosine * turn - b;
    if (k + 1 < high) {
      bulge = sine * e[k + 1];
      e[k + 1] *= cosine;
    }
    if (vectors) rotateRows(vectors.data, k * vectors.columns, vectors.columns, cosine, sine);
  }
}

/** `x ← c x + s y`, `y ← c y − s x` on the neighbouring rows at `start`. */
function rotateRows(data: Float64Array, start: number, n: number, c: number, s: number): void {
  for (let i = start, j = start + n; i < start + n; i++, j++) {
    const x = data[i], y = data[j];
    data[i] = c * x + s * y;
    data[j] = c * y - s * x;
  }
}
