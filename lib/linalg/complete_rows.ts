/** Filling up an orthonormal set. @module */
import type { Dense } from "./dense.ts";
import { addScaled, dot } from "./row_operations.ts";

/**
 * Fills the rows from `count` on of `a [r, n]`, r ≤ n, so that all rows are orthonormal, given that the first
 * `count` are: with coordinate directions, each made orthogonal to the rows before it. Deterministic.
 */
export function completeRows(a: Dense, count: number): void {
  const { rows, columns: n, data } = a;
  if (count >= rows) return;
  // What each coordinate direction has outside the span so far: 1 − Σ of its squared entries.
  const outside = new Float64Array(n).fill(1);
  for (let i = 0; i < rows; i++) {
    const start = i * n;
    if (i >= count) {
      const best = outside.indexOf(outside.reduce((x, y) => Math.max(x, y)));
      data.fill(0, start, start + n);
      data[start + best] = 1;
      orthonormalizeRow(data, i, n);
    }
    for (let j = 0; j < n; j++) outside[j] -= data[start + j] * data[start + j];
  }
}

/** Makes row i orthogonal to the orthonormal rows before it, twice, and of length 1. */
function orthonormalizeRow(data: Float64Array, i: number, n: number): void {
  for (let pass = 0; pass < 2; pass++) {
    for (let k = 0; k < i; k++) {
      addScaled(data, i * n, -dot(data, k * n, data, i * n, n), data, k * n, n);
    }
    const length = Math.sqrt(dot(data, i * n, data, i * n, n));
    for (let j = 0; j < n; j++) data[i * n + j] /= length;
  }
}
