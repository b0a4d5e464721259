/** Prompts and labels as one sequence. @module */
import type { Gpu } from "../../gpu/gpu.ts";
import { RowIds } from "../../kernels/rows.ts";
import { type Tensor, zeros } from "../../tensor/tensor.ts";
import { type BatchExtents, type ModelInputs, requireExtents, type TokenRows } from "../language_model.ts";
import type { LlamaConfig } from "./llama_config.ts";
import { LlamaSequence, type SequenceRows } from "./llama_sequence.ts";

/**
 * What a decoder-only model reads for a batch of prompts and labels: each row is its prompt, moved to end at position
 * S, followed by all labels but the last, so that label t is predicted from position S − 1 + t.
 */
export class LlamaInputs implements ModelInputs {
  readonly sequence: LlamaSequence;
  /** `[B, T]`: the rows of the hidden states `[B·L, D]` from which the labels are predicted. */
  readonly predicting: RowIds;
  /** `[B, T]` */
  readonly labels: Tensor;
  readonly #padId: number;

  constructor(gpu: Gpu, config: LlamaConfig, readonly extents: BatchExtents) {
    const { size, sourceLength, targetLength } = extents;
    const length = sourceLength + targetLength - 1;
    this.#padId = config.padId;
    this.sequence = new LlamaSequence(gpu, config, size, length);
    this.predicting = new RowIds(gpu, [size, targetLength], size * length).load(
      Int32Array.from({ length: size * targetLength }, (_, i) => {
        const row = Math.floor(i / targetLength);
        return row * length + sourceLength - 1 + i % targetLength;
      }),
    );
    this.labels = zeros(gpu, [size, targetLength], { dtype: "i32" });
  }

  /**
   * Writes a batch into the tensors.
   *
   * @throws {RangeError} when its extents differ
   */
  load(rows: TokenRows): void {
    requireExtents(rows, this.extents);
    this.sequence.load(joinedRows(rows, this.#padId));
    this.labels.write(rows.labels);
  }

  /** Releases the tensors. */
  [Symbol.dispose](): void {
    for (const part of [this.sequence, this.predicting, this.labels]) part[Symbol.dispose]();
  }
}

/** The prompts, moved to the right, each followed by its labels but the last: `[B, S + T − 1]`. */
export function joinedRows(rows: TokenRows, padId: number): SequenceRows {
  const { size, sourceLength, targetLength, inputIds, attentionMask, labels } = rows;
  const length = sourceLength + targetLength - 1;
  const ids = new Int32Array(size * length).fill(padId);
  const mask = new Int32Array(size * length);
  for (let row = 0; row < size; row++) {
    let at = row * length + sourceLength;
    for (let i = sourceLength - 1; i >= 0; i--) {
      if (!attentionMask[row * sourceLength + i]) continue;
      ids[--at] = inputIds[row * sourceLength + i];
      mask[at] = 1;
    }
    for (let i = 0; i < targetLength - 1; i++) {
      const label = labels[row * targetLength + i];
      if (label < 0) continue;
      ids[row * length + sourceLength + i] = label;
      mask[row * length + sourceLength + i] = 1;
    }
  }
  return { ids, mask };
}
