/** Measuring a model on examples. @module */
import { argmaxRows } from "../kernels/argmax_rows.ts";
import type { BatchExtents, LanguageModel, ModelInputs, TokenRows } from "../models/language_model.ts";
import type { Weights } from "../models/layout.ts";
import { recorded } from "../tensor/recorded.ts";
import { empty } from "../tensor/tensor.ts";

/** The answer to one row. */
export interface Answer {
  /** The model's token at every label position, `[T]`, given the right tokens before it. */
  readonly tokens: Int32Array<ArrayBuffer>;
  /** Whether all labelled positions are right. */
  readonly correct: boolean;
}

/**
 * Exact match by teacher forcing: a row is right when the most likely token at every labelled position, the end
 * token included, is the label's. This equals an exact match of greedy decoding, without decoding step by step.
 * Where a row is wrong, its tokens after the first wrong one need not be what decoding would have given.
 */
export class Evaluator implements Disposable {
  readonly #inputs: ModelInputs;
  readonly #recording;

  /** @param weights the model's, or those under training; read anew at each call */
  constructor(model: LanguageModel, weights: Weights, readonly extents: BatchExtents) {
    this.#inputs = model.inputs(extents);
    this.#recording = recorded(model.gpu, () => {
      const logits = model.forward(this.#inputs, weights);
      const ids = empty(model.gpu, [extents.size, extents.targetLength], { dtype: "i32" });
      argmaxRows(logits, ids);
      return ids;
    });
  }

  /** The answers to one batch. Rows without any label count as wrong; leave them out. */
  answers(batch: TokenRows): Answer[] {
    this.#inputs.load(batch);
    const ids = this.#recording.replay().read() as Int32Array<ArrayBuffer>;
    const { size, targetLength } = this.extents;
    return Array.from({ length: size }, (_, row) => {
      const tokens = ids.slice(row * targetLength, (row + 1) * targetLength);
      const labels = batch.labels.subarray(row * targetLength, (row + 1) * targetLength);
      const labelled = labels.some((label) => label >= 0);
      return { tokens, correct: labelled && labels.every((label, i) => label < 0 || label === tokens[i]) };
    });
  }

  /** Releases the recording. */
  [Symbol.dispose](): void {
    this.#recording[Symbol.dispose]();
    this.#inputs[Symbol.dispose]();
  }
}
