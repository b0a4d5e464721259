/** Extending an orthonormal basis by a block of rows. @module */
import { addProduct, type Dense, divideRow, multiplyTransposed, rowGram, rowLength } from "./dense.ts";
import { addScaled, dot } from "./row_operations.ts";
import type { Random } from "../tensor/random.ts";

/** A pivot this much smaller than the squared length of its row was mostly rounding error: project again. */
const LOSSY_PIVOT = 1e-6;
/** With a smaller one the Cholesky decomposition is given up for the Gram–Schmidt process. */
const BROKEN_PIVOT = 1e-10;
/** What is left of a row of length 1 that depends on the others. */
const DEPENDENT = 1e-12;

/**
 * Replaces the rows of `block [p, n]` by rows that are orthonormal to each other and to the orthonormal rows
 * of all blocks of `basis`, with no more rows in all than n, spanning with them what they spanned before. Rows that depend on the
 * others are replaced by random ones.
 *
 * One projection in float64, then a Cholesky decomposition of the block's Gram matrix, both repeated where
 * digits were lost; the modified Gram–Schmidt process, twice, where the decomposition breaks down.
 */
export function orthonormalizeBlock(block: Dense, basis: readonly Dense[], random: Random): void {
  for (let pass = 0; pass < 3; pass++) {
    for (let i = 0; i < block.rows; i++) normalizeRow(block, i);
    for (const earlier of basis) addProduct(block, multiplyTransposed(block, earlier), earlier, -1);
    const pivot = orthonormalizeByCholesky(block);
    if (pivot < BROKEN_PIVOT) break;
    if (pivot > LOSSY_PIVOT) return;
  }
  orthonormalizeRowByRow(block, basis, random);
}

/**
 * Makes rows of length at most 1 orthonormal through their Gram matrix `L Lᵀ`: `X ← L⁻¹ X`.
 *
 * @returns the smallest pivot, below {@linkcode BROKEN_PIVOT} when nothing was changed
 */
function orthonormalizeByCholesky(x: Dense): number {
  const { rows: p, columns: n } = x;
  const l = rowGram(x).data;
  let smallest = Infinity;
  for (let i = 0; i < p; i++) {
    for (let j = 0; j <= i; j++) {
      const rest = l[i * p + j] - dot(l, i * p, l, j * p, j);
      if (j < i) {
        l[i * p + j] = rest / l[j * p + j];
      } else {
        smallest = Math.min(smallest, rest);
        if (!(smallest >= BROKEN_PIVOT)) return 0;
        l[i * p + i] = Math.sqrt(rest);
      }
    }
  }
  for (let i = 0; i < p; i++) {
    const earlier = { rows: i, columns: n, data: x.data };
    const row = { rows: 1, columns: n, data: x.data.subarray(i * n, (i + 1) * n) };
    addProduct(row, { rows: 1, columns: i, data: l.subarray(i * p, i * p + i) }, earlier, -1);
    divideRow(x, i, l[i * p + i]);
  }
  return smallest;
}

function orthonormalizeRowByRow(block: Dense, basis: readonly Dense[], random: Random): void {
  const { columns: n, data } = block;
  for (let i = 0; i < block.rows; i++) {
    for (let attempt = 0; attempt < 10; attempt++) {
      normalizeRow(block, i);
      let left = 1;
      for (let pass = 0; pass < 2; pass++) {
        for (const earlier of [...basis, { rows: i, columns: n, data }]) {
          for (let k = 0; k < earlier.rows; k++) {
            const amount = -dot(earlier.data, k * n, data, i * n, n);
            addScaled(data, i * n, amount, earlier.data, k * n, n);
          }
        }
        left *= normalizeRow(block, i);
      }
      if (left > DEPENDENT) break;
      for (let j = 0; j < n; j++) data[i * n + j] = random.normal();
    }
  }
}

/** Divides a row by its length, which is returned; a zero row stays. */
function normalizeRow(x: Dense, i: number): number {
  const length = rowLength(x, i);
  if (length > 0) divideRow(x, i, length);
  return length;
}
