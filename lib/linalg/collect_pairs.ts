/** Singular pairs of several matrices side by side. @module */
import type { DenseSvd } from "./jacobi_svd.ts";
import { largestPositive } from "./signs.ts";

/** The first k singular pairs of each of several matrices of one shape. */
export interface TopPairs {
  /** Left singular vectors `[count, rows, k]`, orthonormal columns. */
  readonly u: Float32Array<ArrayBuffer>;
  /** Singular values `[count, k]`, falling. */
  readonly s: Float64Array<ArrayBuffer>;
  /** Right singular vectors `[count, columns, k]`, orthonormal columns. */
  readonly v: Float32Array<ArrayBuffer>;
  /** The k asked for, or min(rows, columns) where that is less. */
  readonly k: number;
  /** Whether k was clipped. */
  readonly clipped: boolean;
}

/** The side whose vectors have a positive entry of largest magnitude; the other side is flipped along. */
export type LeadingSide = "left" | "right";

/** Number of matrices, their shape, and how many pairs are wanted of each. */
export interface MatrixBatch {
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  readonly k: number;
}

/** Calls `decompose` with each index and the clipped k, fixes the signs and puts the results side by side. */
export function collectPairs(
  batch: MatrixBatch,
  leading: LeadingSide,
  decompose: (index: number, k: number) => DenseSvd,
): TopPairs {
  const { count, rows, columns } = batch;
  const { k, clipped } = clipCount(batch.k, rows, columns);
  const u = new Float32Array(count * rows * k);
  const v = new Float32Array(count * columns * k);
  const s = new Float64Array(count * k);
  for (let i = 0; i < count; i++) {
    const pairs = decompose(i, k);
    if (leading === "left") largestPositive(pairs.u, pairs.v);
    else largestPositive(pairs.v, pairs.u);
    u.set(pairs.u.data, i * rows * k);
    v.set(pairs.v.data, i * columns * k);
    s.set(pairs.s, i * k);
  }
  return { u, s, v, k, clipped };
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
