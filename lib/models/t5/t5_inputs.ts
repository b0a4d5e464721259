/** The tensors a T5 model reads for one batch. @module */
import type { Gpu } from "../../gpu/gpu.ts";
import { RowIds } from "../../kernels/rows.ts";
import { type Tensor, zeros } from "../../tensor/tensor.ts";
import { type BatchExtents, type ModelInputs, requireExtents, type TokenRows } from "../language_model.ts";
import { relativeBuckets } from "./relative_buckets.ts";
import type { T5Config } from "./t5_config.ts";

/** Input tensors of fixed extents, filled anew for each batch. */
export class T5Inputs implements ModelInputs {
  /** `[B, S]` */
  readonly inputIds: RowIds;
  /** `[B, S]`, f32 as the attention kernels read it: 1 = token, 0 = padding */
  readonly attentionMask: Tensor;
  /** `[B, T]`, the labels shifted right behind the start token */
  readonly decoderIds: RowIds;
  /** `[B, T]` */
  readonly labels: Tensor;
  /** `[S, S]` and `[T, T]`: buckets of relative positions. */
  readonly buckets: { readonly encoder: RowIds; readonly decoder: RowIds };
  readonly #config: T5Config;

  constructor(gpu: Gpu, config: T5Config, readonly extents: BatchExtents) {
    const { size, sourceLength, targetLength } = extents;
    this.#config = config;
    const tokens = (length: number) => new RowIds(gpu, [size, length], config.vocabularySize);
    this.inputIds = tokens(sourceLength);
    this.attentionMask = zeros(gpu, [size, sourceLength]);
    this.decoderIds = tokens(targetLength);
    this.labels = zeros(gpu, [size, targetLength], { dtype: "i32" });
    const pairs = (length: number, bidirectional: boolean) =>
      new RowIds(gpu, [length, length], config.buckets)
        .load(relativeBuckets(length, length, { ...config, bidirectional }));
    this.buckets = { encoder: pairs(sourceLength, true), decoder: pairs(targetLength, false) };
  }

  /**
   * Writes a batch into the tensors.
   *
   * @throws {RangeError} when its extents differ
   */
  load(rows: TokenRows): void {
    requireExtents(rows, this.extents);
    this.inputIds.load(rows.inputIds);
    this.attentionMask.write(Float32Array.from(rows.attentionMask));
    this.labels.write(rows.labels);
    this.decoderIds.load(shiftRight(rows.labels, rows.targetLength, this.#config));
  }

  /** Releases the tensors. */
  [Symbol.dispose](): void {
    const { inputIds, attentionMask, decoderIds, labels, buckets } = this;
    for (const part of [inputIds, attentionMask, decoderIds, labels, buckets.encoder, buckets.decoder]) {
      part[Symbol.dispose]();
    }
  }
}

/** The decoder's input: each row of labels behind the start token, with −100 replaced by padding. */
export function shiftRight(
  labels: Int32Array,
  length: number,
  config: Pick<T5Config, "decoderStartId" | "padId">,
): Int32Array<ArrayBuffer> {
  const shifted = new Int32Array(labels.length);
  for (let i = 0; i < labels.length; i++) {
    const previous = i % length === 0 ? config.decoderStartId : labels[i - 1];
    shifted[i] = previous < 0 ? config.padId : previous;
  }
  return shifted;
}
