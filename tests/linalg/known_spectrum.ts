/** Matrices whose singular values are known. @module */
import { type Dense, dense, transpose } from "../../lib/linalg/dense.ts";
import { addScaled, dot } from "../../lib/linalg/row_operations.ts";
import { Random } from "../../lib/tensor/random.ts";

/**
 * An `m` by `n` matrix with these singular values (the rest are zero): a diagonal matrix between products of
 * random reflections.
 */
export function matrixWithSpectrum(m: number, n: number, values: ArrayLike<number>, seed = 1): Dense {
  const random = new Random(seed);
  const a = dense(m, n);
  for (let i = 0; i < Math.min(m, n, values.length); i++) a.data[i * n + i] = values[i];
  reflectRows(a, random);
  const other = transpose(a);
  reflectRows(other, random);
  return transpose(other);
}

/** Applies random reflections to the space of the rows. */
function reflectRows(a: Dense, random: Random): void {
  const n = a.columns;
  for (let count = 0; count < 6; count++) {
    const v = Float64Array.from({ length: n }, () => random.normal());
    const factor = 2 / dot(v, 0, v, 0, n);
    for (let i = 0; i < a.rows; i++) {
      addScaled(a.data, i * n, -factor * dot(v, 0, a.data, i * n, n), v, 0, n);
    }
  }
}
