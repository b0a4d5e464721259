/** QR decomposition by reflections; with column pivoting it reveals the rank. @module */
import { type Dense, dense } from "./dense.ts";
import { addScaled, dot } from "./row_operations.ts";

/** `A P = Q R` in factored form. */
export interface HouseholderQr {
  /** With pivoting, the number of columns beyond which the rest of `A` is zero to machine precision. */
  readonly rank: number;
  /** `R [rank, n]`, upper trapezoidal; its columns are those of `A` in the order of `order`. */
  readonly r: Dense;
  /** Column j of `A P` is column `order[j]` of `A`. */
  readonly order: Int32Array;
  /** Replaces rows `x [count, rank]` by `x Qᵀ [count, m]`. */
  expand(x: Dense): Dense;
}

const EPSILON = 2 ** -52;

/**
 * Householder QR of the matrix whose columns are the rows of `columns [n, m]`.
 *
 * @param options.pivot whether the largest remaining column comes next (Businger and Golub 1965)
 */
export function householderQr(columns: Dense, options: { readonly pivot: boolean }): HouseholderQr {
  const { rows: n, columns: m } = columns;
  const x = columns.data.slice();
  const limit = Math.min(m, n);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  const squares = Float64Array.from({ length: n }, (_, j) => dot(x, j * m, x, j * m, m));
  const exact = squares.slice();
  const factors = new Float64Array(limit);
  const diagonal = new Float64Array(limit);
  let rank = 0;
  for (; rank < limit; rank++) {
    const k = rank;
    if (options.pivot) swap(x, order, squares, exact, k, indexOfLargest(squares, k), m);
    const start = k * m + k;
    const length = m - k;
    const norm = Math.sqrt(dot(x, start, x, start, length));
    if (options.pivot && norm <= Math.abs(diagonal[0]) * EPSILON * Math.max(m, n)) break;
    if (norm === 0) continue;
    const pivot = x[start];
    diagonal[k] = pivot > 0 ? -norm : norm;
    x[start] = pivot - diagonal[k];
    factors[k] = 1 / (norm * (norm + Math.abs(pivot)));
    for (let j = k + 1; j < n; j++) {
      const other = j * m + k;
      addScaled(x, other, -factors[k] * dot(x, start, x, other, length), x, start, length);
      squares[j] -= x[other] * x[other];
      if (squares[j] < 1e-6 * exact[j]) {
        squares[j] = exact[j] = dot(x, other + 1, x, other + 1, length - 1);
      }
    }
  }
  return { rank, r: upperPart(x, diagonal, rank, n, m), order, expand };

  function expand(rows: Dense): Dense {
    const result = dense(rows.rows, m);
    for (let i = 0; i < rows.rows; i++) {
      result.data.set(rows.data.subarray(i * rank, (i + 1) * rank), i * m);
      for (let k = rank - 1; k >= 0; k--) {
        const at = i * m + k, start = k * m + k, length = m - k;
        const factor = -factors[k] * dot(result.data, at, x, start, length);
        addScaled(result.data, at, factor, x, start, length);
      }
    }
    return result;
  }
}

function upperPart(x: Float64Array, diagonal: Float64Array, rank: number, n: number, m: number): Dense {
  const r = dense(rank, n);
  for (let i = 0; i < rank; i++) {
    r.data[i * n + i] = diagonal[i];
    for (let j = i + 1; j < n; j++) r.data[i * n + j] = x[j * m + i];
  }
  return r;
}

function indexOfLargest(values: Float64Array, first: number): number {
  let best = first;
  for (let i = first + 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

function swap(
  x: Float64Array,
  order: Int32Array,
  squares: Float64Array,
  exact: Float64Array,
  i: number,
  j: number,
  m: number,
): void {
  if (i === j) return;
  const row = x.slice(i * m, (i + 1) * m);
  x.copyWithin(i * m, j * m, (j + 1) * m);
  x.set(row, j * m);
  for (const values of [order, squares, exact]) [values[i], values[j]] = [values[j], values[i]];
}
