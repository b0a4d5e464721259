/** Bringing matrices to unit scale, so that squares neither underflow nor overflow. @module */
import { NotFiniteError } from "./not_finite_error.ts";
import type { Dense } from "./dense.ts";

/**
 * The power of two that divides `a` so that its largest magnitude lies in [1, 2); 1 for a zero matrix.
 *
 * @throws {RangeError} when an element is NaN or infinite
 */
export function unitScale(a: Dense): number {
  let largest = 0;
  for (let i = 0; i < a.data.length; i++) {
    const magnitude = Math.abs(a.data[i]);
    if (!(magnitude <= Number.MAX_VALUE)) {
      const at = `row ${Math.floor(i / a.columns)}, column ${i % a.columns}`;
      throw new NotFiniteError(
        `Cannot decompose a ${a.rows} by ${a.columns} matrix that holds ${a.data[i]} (${at}): ` +
          "every element must be finite.",
      );
    }
    if (magnitude > largest) largest = magnitude;
  }
  if (largest === 0) return 1;
  return 2 ** Math.max(-1022, Math.floor(Math.log2(largest)));
}

/** A copy of `a` divided by `scale`, a power of two. */
export function scaled(a: Dense, scale: number): Dense {
  const data = new Float64Array(a.data.length);
  const factor = 1 / scale;
  for (let i = 0; i < data.length; i++) data[i] = a.data[i] * factor;
  return { rows: a.rows, columns: a.columns, data };
}
