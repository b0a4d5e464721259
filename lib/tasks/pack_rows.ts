/**
 * Rows of token ids side by side in arrays, filled up to one length.
 *
 * @module
 */
import { type Batch, NO_LOSS } from "./batch.ts";

/** Options of {@linkcode packRows}. */
export interface PackOptions {
  /** What fills up a source. */
  readonly padId: number;
  /** Default: the length of the longest source. */
  readonly sourceLength?: number;
  /** Default: the length of the longest target. */
  readonly targetLength?: number;
  /** B, if more than there are sources: the last source is repeated, without a loss. */
  readonly rows?: number;
  /** The side on which sources are filled up; default right. Targets always are on the right. */
  readonly paddingSide?: "left" | "right";
}

/**
 * A batch of token ids that already have their end tokens.
 *
 * @param sources one row each, none longer than `sourceLength`
 * @param targets one row each, none longer than `targetLength`
 */
export function packRows(
  sources: readonly (readonly number[])[],
  targets: readonly (readonly number[])[],
  options: PackOptions,
): Batch {
  const sourceLength = options.sourceLength ?? longest(sources);
  const targetLength = options.targetLength ?? longest(targets);
  const size = Math.max(options.rows ?? 0, sources.length);
  const inputIds = new Int32Array(size * sourceLength).fill(options.padId);
  const attentionMask = new Int32Array(size * sourceLength);
  const labels = new Int32Array(size * targetLength).fill(NO_LOSS);
  const left = options.paddingSide === "left";
  for (let row = 0; row < size; row++) {
    const source = sources[Math.min(row, sources.length - 1)];
    const first = (row + Number(left)) * sourceLength - (left ? source.length : 0);
    inputIds.set(source, first);
    attentionMask.fill(1, first, first + source.length);
    if (row < targets.length) labels.set(targets[row], row * targetLength);
  }
  return { size, sourceLength, targetLength, inputIds, attentionMask, labels };
}

function longest(rows: readonly (readonly number[])[]): number {
  return Math.max(...rows.map((row) => row.length));
}
