/** Measuring a model on examples. @module */
import { argmaxRows } from "../kernels/argmax_rows.ts";
import { pickColumns } from "../kernels/pick_columns.ts";
import type { BatchExtents, LanguageModel, ModelInputs, TokenRows } from "../models/language_model.ts";
import type { Weights } from "../models/layout.ts";
import type { LabelChoices } from "../tasks/label_choices.ts";
import { recorded } from "../tensor/recorded.ts";
import { empty, type Tensor, zeros } from "../tensor/tensor.ts";

/** The answer to one row. */
export interface Answer {
  /** The model's token at every label position, `[T]`, given the right tokens before it. */
  readonly tokens: Int32Array<ArrayBuffer>;
  /** Whether all labelled positions are right. */
  readonly correct: boolean;
  /** Whether the label comes out when only the task's labels may be said; null where they were not given. */
  readonly correctAmongLabels: boolean | null;
}

/**
 * Exact match by teacher forcing: a row is right when the most likely token at every labelled position, the end
 * token included, is the label's. This equals an exact match of greedy decoding, without decoding step by step.
 * Where a row is wrong, its tokens after the first wrong one need not be what decoding would have given.
 *
 * Greedy decoding along the labels of the task is judged from the same logits: it leaves the label at the first
 * position where another continuation of some label is more likely.
 */
export class Evaluator implements Disposable {
  readonly #inputs: ModelInputs;
  readonly #choices: Tensor;
  readonly #recording;

  /**
   * @param weights the model's, or those under training; read anew at each call
   * @param extents of batches
   * @param widest the most tokens there are to choose from where only labels may be said
   */
  constructor(model: LanguageModel, weights: Weights, readonly extents: BatchExtents, widest = 1) {
    const { size, targetLength } = extents;
    this.#inputs = model.inputs(extents);
    this.#choices = zeros(model.gpu, [size * targetLength, widest], { dtype: "i32" });
    this.#recording = recorded(model.gpu, () => {
      const logits = model.forward(this.#inputs, weights);
      const ids = empty(model.gpu, [size, targetLength], { dtype: "i32" });
      argmaxRows(logits, ids);
      return { ids, chosen: pickColumns(logits, this.#choices) };
    });
  }

  /** Has the kernels compiled, as far as they are new, and stops behind each. */
  *compile(): Generator<void, void> {
    for (const _ of this.#recording.compile()) {
      this.#choices.view([1]).read(); // waits for the device
      yield;
    }
  }

  /** Bytes of the intermediate results of a batch. */
  get bytes(): number {
    return this.#recording.bytes;
  }

  /**
   * The answers to one batch. Rows without any label count as wrong; leave them out.
   *
   * @param choices the labels of the rows' task
   */
  answers(batch: TokenRows, choices?: LabelChoices): Answer[] {
    const { size, targetLength } = this.extents;
    const [, widest] = this.#choices.shape;
    const labels = Array.from(
      { length: size },
      (_, row) => batch.labels.subarray(row * targetLength, (row + 1) * targetLength),
    );
    const allowed = labels.flatMap((label) =>
      Array.from(label, (_, at) => choices?.after([...label.subarray(0, at)]) ?? [])
    );
    const ids = new Int32Array(this.#choices.size).fill(-1);
    allowed.forEach((tokens, place) => ids.set(tokens, place * widest));
    this.#choices.write(ids);
    this.#inputs.load(batch);
    const result = this.#recording.replay();
    const tokens = result.ids.read() as Int32Array<ArrayBuffer>;
    const logits = result.chosen.readFloats();
    const preferred = allowed.map((among, place) => largest(among, logits.subarray(place * widest)));
    return labels.map((label, row) => {
      const said = tokens.slice(row * targetLength, (row + 1) * targetLength);
      const picked = preferred.slice(row * targetLength, (row + 1) * targetLength);
      return {
        tokens: said,
        correct: agrees(said, label),
        correctAmongLabels: choices ? agrees(picked, label) : null,
      };
    });
  }

  /** Releases the recording. */
  [Symbol.dispose](): void {
    for (const part of [this.#recording, this.#inputs, this.#choices]) part[Symbol.dispose]();
  }
}

/** Whether tokens are the label's at all labelled positions, and there is one. */
function agrees(tokens: ArrayLike<number>, label: Int32Array): boolean {
  return label.some((id) => id >= 0) && label.every((id, i) => id < 0 || id === tokens[i]);
}

/** The token with the largest logit; −1 where there is none to choose from. */
function largest(tokens: readonly number[], logits: Float32Array): number {
  let best = -1;
  let logit = -Infinity;
  tokens.forEach((token, i) => {
    if (logits[i] > logit) [best, logit] = [token, logits[i]];
  });
  return best;
}
