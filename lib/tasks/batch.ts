/**
 * What a model reads in one step: arrays of token ids, padded to one shape.
 *
 * @module
 */

/** The value in {@linkcode Batch.labels} of a position that has no loss. */
export const NO_LOSS: number = -100;

/** B rows of token ids. The loss mask is part of it. */
export interface Batch {
  /** B. */
  readonly size: number;
  /** Tokens in a row of the source. */
  readonly sourceLength: number;
  /** Tokens in a row of the target, end token included. */
  readonly targetLength: number;
  /** `[B, sourceLength]`, filled up with the padding id: on the right, or for decoder-only models on the left. */
  readonly inputIds: Int32Array<ArrayBuffer>;
  /** `[B, sourceLength]`, 1 = token, 0 = padding. */
  readonly attentionMask: Int32Array<ArrayBuffer>;
  /** `[B, targetLength]`, −100 = no loss. */
  readonly labels: Int32Array<ArrayBuffer>;
}
