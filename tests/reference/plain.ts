/** Arrays of float64 for the plain loop twins. @module */
import type { Random } from "../../lib/tensor/random.ts";

/** A row-major array. */
export interface Plain {
  readonly shape: readonly number[];
  readonly data: Float64Array<ArrayBuffer>;
}

/** An array of zeros. */
export function plain(...shape: number[]): Plain {
  return { shape, data: new Float64Array(shape.reduce((product, extent) => product * extent, 1)) };
}

/** Normal numbers that float32 can hold exactly. */
export function normal(random: Random, ...shape: number[]): Plain {
  const result = plain(...shape);
  result.data.set(random.normalArray(result.data.length));
  return result;
}

/** The last extent. */
export function width(x: Plain): number {
  return x.shape[x.shape.length - 1];
}

/** The product of the other extents. */
export function rows(x: Plain): number {
  return x.data.length / width(x);
}
