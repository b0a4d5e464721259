/** Dense matrices in float64 on the CPU. @module */
import { addScaled, dot } from "./row_operations.ts";

/** A row-major matrix in float64: element (i, j) stands at `i * columns + j`. */
export interface Dense {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array<ArrayBuffer>;
}

/**
 * A matrix of the given size.
 *
 * @param values row-major elements, copied; zeros when omitted
 * @throws {RangeError} when their number is not `rows * columns`
 *
 * @example A matrix and its product with its transpose
 * ```ts
 * import { dense, multiply, transpose } from "gorp";
 * const a = dense(2, 3, [1, 2, 3, 4, 5, 6]);
 * console.log(multiply(a, transpose(a)).data); // 14, 32, 32, 77
 * ```
 */
export function dense(rows: number, columns: number, values?: ArrayLike<number>): Dense {
  if (values && values.length !== rows * columns) {
    throw new RangeError(
      `dense() of ${rows} by ${columns} needs ${rows * columns} values; ${values.length} were given.`,
    );
  }
  const data = values ? Float64Array.from(values) : new Float64Array(rows * columns);
  return { rows, columns, data };
}

/** The transpose, copied. */
export function transpose(a: Dense): Dense {
  const { rows, columns, data } = a;
  const result = new Float64Array(data.length);
  // Strips of 8 rows: their parts of a cache line are written together.
  for (let strip = 0; strip < rows; strip += 8) {
    const end = Math.min(strip + 8, rows);
    for (let j = 0; j < columns; j++) {
      for (let i = strip; i < end; i++) result[j * rows + i] = data[i * columns + j];
    }
  }
  return { rows: columns, columns: rows, data: result };
}

/**
 * The product `A B` of `a [m, n]` and `b [n, p]`.
 *
 * @throws {RangeError} when the inner sizes differ
 */
export function multiply(a: Dense, b: Dense): Dense {
  if (a.columns !== b.rows) throw productError(a, b.rows, b.columns);
  const result = dense(a.rows, b.columns);
  addProduct(result, a, b, 1);
  return result;
}

/** `X ← X + factor · A B` for `x [m, p]`, `a [m, n]`, `b [n, p]`. */
export function addProduct(x: Dense, a: Dense, b: Dense, factor: number): void {
  const p = x.columns, target = x.data, rows = b.data;
  for (let i = 0; i < x.rows; i++) {
    const to = i * p, from = i * a.columns;
    let k = 0;
    for (; k + 3 < a.columns; k += 4) {
      const c0 = factor * a.data[from + k], c1 = factor * a.data[from + k + 1];
      const c2 = factor * a.data[from + k + 2], c3 = factor * a.data[from + k + 3];
      const r0 = k * p, r1 = r0 + p, r2 = r1 + p, r3 = r2 + p;
      for (let j = 0; j < p; j++) {
        target[to + j] += c0 * rows[r0 + j] + c1 * rows[r1 + j] + (c2 * rows[r2 + j] + c3 * rows[r3 + j]);
      }
    }
    for (; k < a.columns; k++) addScaled(target, to, factor * a.data[from + k], rows, k * p, p);
  }
}

/**
 * The product `A Bᵀ` of `a [m, n]` and `b [p, n]`: every row of `a` times every row of `b`.
 *
 * @throws {RangeError} when the rows differ in length
 */
export function multiplyTransposed(a: Dense, b: Dense): Dense {
  if (a.columns !== b.columns) throw productError(a, b.columns, b.rows);
  const result = dense(a.rows, b.rows);
  rowProducts(a, b, result.data, false);
  return result;
}

function productError(a: Dense, rows: number, columns: number): RangeError {
  return new RangeError(
    `A product needs equal inner sizes; given [${a.rows}, ${a.columns}] and [${rows}, ${columns}].`,
  );
}

/** The Gram matrix `A Aᵀ [m, m]` of the rows of `a [m, n]`. */
export function rowGram(a: Dense): Dense {
  const { rows } = a;
  const result = dense(rows, rows);
  rowProducts(a, a, result.data, true);
  for (let i = 0; i < rows; i++) {
    for (let j = i + 1; j < rows; j++) result.data[i * rows + j] = result.data[j * rows + i];
  }
  return result;
}

/** Blocks of 4 by 4 rows; with `lower` only blocks that reach the lower triangle. */
function rowProducts(a: Dense, b: Dense, c: Float64Array, lower: boolean): void {
  const x = a.data, y = b.data, n = a.columns, p = b.rows;
  const fullRows = a.rows - a.rows % 4, fullColumns = p - p % 4;
  for (let i = 0; i < fullRows; i += 4) {
    const last = lower ? Math.min(i + 4, fullColumns) : fullColumns;
    for (let j = 0; j < last; j += 4) productBlock(x, y, c, n, p, i, j);
  }
  for (let i = 0; i < a.rows; i++) {
    const done = i >= fullRows ? 0 : fullColumns;
    const last = lower ? i + 1 : p;
    for (let j = done; j < last; j++) c[i * p + j] = dot(x, i * n, y, j * n, n);
  }
}

function productBlock(
  x: Float64Array,
  y: Float64Array,
  c: Float64Array,
  n: number,
  p: number,
  i: number,
  j: number,
): void {
  let s00 = 0, s01 = 0, s02 = 0, s03 = 0, s10 = 0, s11 = 0, s12 = 0, s13 = 0;
  let s20 = 0, s21 = 0, s22 = 0, s23 = 0, s30 = 0, s31 = 0, s32 = 0, s33 = 0;
  const a0 = i * n, a1 = a0 + n, a2 = a1 + n, a3 = a2 + n;
  const b0 = j * n, b1 = b0 + n, b2 = b1 + n, b3 = b2 + n;
  for (let t = 0; t < n; t++) {
    const x0 = x[a0 + t], x1 = x[a1 + t], x2 = x[a2 + t], x3 = x[a3 + t];
    const y0 = y[b0 + t], y1 = y[b1 + t], y2 = y[b2 + t], y3 = y[b3 + t];
    s00 += x0 * y0, s01 += x0 * y1, s02 += x0 * y2, s03 += x0 * y3;
    s10 += x1 * y0, s11 += x1 * y1, s12 += x1 * y2, s13 += x1 * y3;
    s20 += x2 * y0, s21 += x2 * y1, s22 += x2 * y2, s23 += x2 * y3;
    s30 += x3 * y0, s31 += x3 * y1, s32 += x3 * y2, s33 += x3 * y3;
  }
  let to = i * p + j;
  c[to] = s00, c[to + 1] = s01, c[to + 2] = s02, c[to + 3] = s03, to += p;
  c[to] = s10, c[to + 1] = s11, c[to + 2] = s12, c[to + 3] = s13, to += p;
  c[to] = s20, c[to + 1] = s21, c[to + 2] = s22, c[to + 3] = s23, to += p;
  c[to] = s30, c[to + 1] = s31, c[to + 2] = s32, c[to + 3] = s33;
}

/** `‖A‖²_F` */
export function squaredNorm({ data }: Dense): number {
  return data.reduce((sum, value) => sum + value * value, 0);
}

/** The Euclidean length of row i. */
export function rowLength(a: Dense, i: number): number {
  const start = i * a.columns;
  return Math.sqrt(dot(a.data, start, a.data, start, a.columns));
}

/** The rows of `a` that `indices` names, in that order, copied. */
export function selectRows(a: Dense, indices: readonly number[]): Dense {
  const result = dense(indices.length, a.columns);
  indices.forEach((from, to) => {
    result.data.set(a.data.subarray(from * a.columns, (from + 1) * a.columns), to * a.columns);
  });
  return result;
}

/** Divides row i by `divisor`. */
export function divideRow(a: Dense, i: number, divisor: number): void {
  const factor = 1 / divisor;
  for (let at = i * a.columns; at < (i + 1) * a.columns; at++) a.data[at] *= factor;
}
