/** The pairs that penalties act on. @module */
import type { Tensor } from "../../tensor/tensor.ts";

/** The trained pair of one module, or of L modules of equal shape at once. */
export interface PenalizedPair {
  /** A `[r, in]` or `[L, r, in]` */
  readonly a: Tensor;
  /** B `[out, r]` or `[L, out, r]` */
  readonly b: Tensor;
}

/** @throws {RangeError} when there is nothing to penalize */
export function requirePairs(pairs: readonly PenalizedPair[], method: string): void {
  if (pairs.length === 0) throw new RangeError(`${method} needs at least one pair to penalize.`);
}
