/** What training and evaluation need of a model. @module */
import type { Gpu } from "../gpu/gpu.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { PackedWeight, Weights } from "./layout.ts";

/** Extents of a batch: rows, source tokens, target tokens. */
export interface BatchExtents {
  readonly size: number;
  readonly sourceLength: number;
  readonly targetLength: number;
}

/** Rows of token ids, as a batch of examples has them. */
export interface TokenRows extends BatchExtents {
  /** `[B, S]` */
  readonly inputIds: Int32Array<ArrayBuffer>;
  /** `[B, S]`, 1 = token, 0 = padding */
  readonly attentionMask: Int32Array<ArrayBuffer>;
  /** `[B, T]`, −100 = no loss */
  readonly labels: Int32Array<ArrayBuffer>;
}

/** Input tensors of fixed extents, filled anew for each batch. */
export interface ModelInputs extends Disposable {
  readonly extents: BatchExtents;
  /** `[B, T]` */
  readonly labels: Tensor;
  /** Writes a batch into the tensors. */
  load(rows: TokenRows): void;
}

/** Patterns of the modules that GORP trains by default, over whole module names. */
export interface DefaultTargets {
  readonly lora: string;
  readonly fullRank: string;
}

/** How a forward pass is carried out. */
export interface ForwardOptions {
  /**
   * Whether the inner results of each layer are computed again on the way back instead of being kept: about a third
   * more time for a fraction of the memory. Default false.
   */
  readonly recompute?: boolean;
}

/** A model whose weights are packed matrices under keys, and which computes logits from them. */
export interface LanguageModel<Inputs extends ModelInputs = ModelInputs> extends Disposable {
  readonly gpu: Gpu;
  readonly name: string;
  readonly architecture: string;
  /** A hash of the weights, to tell runs on different models apart. */
  readonly fingerprint: string;
  readonly layout: readonly PackedWeight[];
  readonly weights: Weights;
  readonly defaultTargets: DefaultTargets;
  /** Input tensors for batches of the given extents. */
  inputs(extents: BatchExtents): Inputs;
  /** Logits of every target position, `[B, T, V]`, with the model's weights or with some of them replaced. */
  forward(inputs: Inputs, weights?: Weights, options?: ForwardOptions): Tensor;
}

/**
 * Fails unless a batch has the extents that input tensors were made for.
 *
 * @throws {RangeError} naming both
 */
export function requireExtents(rows: BatchExtents, extents: BatchExtents): void {
  const { size, sourceLength, targetLength } = extents;
  if (rows.size === size && rows.sourceLength === sourceLength && rows.targetLength === targetLength) return;
  throw new RangeError(
    `These inputs take ${size} rows of ${sourceLength} and ${targetLength} tokens; the batch has ` +
      `${rows.size} rows of ${rows.sourceLength} and ${rows.targetLength}.`,
  );
}
