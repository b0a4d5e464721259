/** A column being filled. @module */
import type { Data } from "apache-arrow";

/** Takes values one by one and gives them as Arrow data when a batch is due. */
export interface Column {
  /** Adds a value of the column's type; null only where the field may be null. */
  push(value: unknown): void;
  /** The values so far, sharing their memory with the column. */
  toData(): Data;
}

/** A longer copy of a typed array, with room for at least `needed` elements. */
export function grown<T extends { readonly length: number; set(values: ArrayLike<number>): void }>(
  array: T,
  needed: number,
): T {
  const longer = new (array.constructor as new (length: number) => T)(Math.max(needed, 2 * array.length));
  longer.set(array as unknown as ArrayLike<number>);
  return longer;
}
