/** The tensors that say what a LLaMA model reads. @module */
import type { Gpu } from "../../gpu/gpu.ts";
import { RowIds } from "../../kernels/rows.ts";
import { type Tensor, tensor, zeros } from "../../tensor/tensor.ts";
import type { LlamaConfig } from "./llama_config.ts";
import { rotaryTable } from "./rotary_frequencies.ts";

/** B rows of L tokens, padded on either side. */
export interface SequenceRows {
  /** `[B, L]` */
  readonly ids: Int32Array<ArrayBuffer>;
  /** `[B, L]`, 1 = token, 0 = padding */
  readonly mask: Int32Array<ArrayBuffer>;
  /** `[B, L]`, each below L; by default the running count of the mask − 1, and 1 at padding. */
  readonly positions?: Int32Array<ArrayBuffer>;
}

/** Input tensors of fixed extents, filled anew for each batch. */
export class LlamaSequence implements Disposable {
  /** `[B, L]` */
  readonly ids: RowIds;
  /** `[B, L]`, f32 as the attention kernels read it: 1 = token, 0 = padding */
  readonly mask: Tensor;
  /** `[B, L]`, i32 */
  readonly positions: Tensor;
  /** `[L, d]`: cosines and sines by position. */
  readonly table: Tensor;

  /**
   * @param size B
   * @param length L
   */
  constructor(gpu: Gpu, config: LlamaConfig, readonly size: number, readonly length: number) {
    const { vocabularySize, rotary, headWidth: width } = config;
    this.ids = new RowIds(gpu, [size, length], vocabularySize);
    this.mask = zeros(gpu, [size, length]);
    this.positions = zeros(gpu, [size, length], { dtype: "i32" });
    const positions = Math.max(length, 2); // padding has position 1
    this.table = tensor(gpu, rotaryTable(rotary, { positions, width }), [positions, width]);
  }

  /** Writes rows into the tensors. */
  load({ ids, mask, positions }: SequenceRows): void {
    this.ids.load(ids);
    this.mask.write(Float32Array.from(mask));
    this.positions.write(positions ?? positionsOf(mask, this.length));
  }

  /** Releases the tensors. */
  [Symbol.dispose](): void {
    for (const part of [this.ids, this.mask, this.positions, this.table]) part[Symbol.dispose]();
  }
}

/** The positions of tokens: their running count − 1 in each row; 1 at padding, as transformers has it. */
export function positionsOf(mask: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const positions = new Int32Array(mask.length);
  let count = 0;
  for (let i = 0; i < mask.length; i++) {
    if (i % length === 0) count = 0;
    positions[i] = mask[i] ? count++ : 1;
  }
  return positions;
}
