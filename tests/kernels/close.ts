/** Comparing arrays of floats. @module */
import { assert } from "@std/assert";

/** Fails where two arrays differ by more than `tolerance`, relative to the largest of the wanted values. */
export function assertClose(
  found: ArrayLike<number>,
  wanted: ArrayLike<number>,
  options: { readonly name: string; readonly tolerance?: number },
): void {
  const { name, tolerance = 2e-6 } = options;
  assert(found.length === wanted.length, `${name}: ${found.length} values, not ${wanted.length}`);
  let largest = 1e-3;
  for (let i = 0; i < wanted.length; i++) largest = Math.max(largest, Math.abs(wanted[i]));
  for (let i = 0; i < wanted.length; i++) {
    const close = Math.abs(found[i] - wanted[i]) <= tolerance * largest;
    assert(close, `${name}: element ${i} is ${found[i]}, not ${wanted[i]}`);
  }
}
