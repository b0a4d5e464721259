/** The tensors a T5 model reads for one batch. @module */
import type { Gpu } from "../../gpu/gpu.ts";
import { type Tensor, tensor, zeros } from "../../tensor/tensor.ts";
import type { BatchExtents, ModelInputs, TokenRows } from "../language_model.ts";
import { relativeBuckets } from "./relative_buckets.ts";
import type { T5Config } from "./t5_config.ts";

/** Input tensors of fixed extents, filled anew for each batch. */
export class T5Inputs implements ModelInputs {
  /** `[B, S]` */
  readonly inputIds: Tensor;
  /** `[B, S]`, f32 as the attention kernels read it: 1 = token, 0 = padding */
  readonly attentionMask: Tensor;
  /** `[B, T]`, the labels shifted right behind the start token */
  readonly decoderIds: Tensor;
  /** `[B, T]` */
  readonly labels: Tensor;
  /** `[S, S]` and `[T, T]`: buckets of relative positions. */
  readonly buckets: { readonly encoder: Tensor; readonly decoder: Tensor };
  readonly #config: T5Config;

  constructor(gpu: Gpu, config: T5Config, readonly extents: BatchExtents) {
    const { size, sourceLength, targetLength } = extents;
    this.#config = config;
    const integers = (length: number) => zeros(gpu, [size, length], { dtype: "i32" });
    this.inputIds = integers(sourceLength);
    this.attentionMask = zeros(gpu, [size, sourceLength]);
    this.decoderIds = integers(targetLength);
    this.labels = integers(targetLength);
    const pairs = (length: number, bidirectional: boolean) =>
      tensor(gpu, relativeBuckets(length, length, { ...config, bidirectional }), [length, length]);
    this.buckets = { encoder: pairs(sourceLength, true), decoder: pairs(targetLength, false) };
  }

  /**
   * Writes a batch into the tensors.
   *
   * @throws {RangeError} when its extents differ
   */
  load(rows: TokenRows): void {
    const { size, sourceLength, targetLength } = this.extents;
    if (rows.size !== size || rows.sourceLength !== sourceLength || rows.targetLength !== targetLength) {
      throw new RangeError(
        `These inputs take ${size} rows of ${sourceLength} and ${targetLength} tokens; the batch has ` +
          `${rows.size} rows of ${rows.sourceLength} and ${rows.targetLength}.`,
      );
    }
    this.inputIds.write(rows.inputIds);
    this.attentionMask.write(Float32Array.from(rows.attentionMask));
    this.labels.write(rows.labels);
    this.decoderIds.write(shiftRight(rows.labels, targetLength, this.#config));
  }

  /** Releases the tensors. */
  [Symbol.dispose](): void {
    for (const tensor of [this.inputIds, this.attentionMask, this.decoderIds, this.labels]) tensor.dispose();
    this.buckets.encoder.dispose();
    this.buckets.decoder.dispose();
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
