/**
 * From rows of text to a batch of token ids.
 *
 * @module
 */
import { InputError } from "../errors/input_error.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import type { Batch } from "./batch.ts";
import { fitSource, type Truncation } from "./fit_source.ts";
import { packRows } from "./pack_rows.ts";
import { encoderDecoderForm, type RowForm } from "./row_form.ts";
import type { Example } from "./task.ts";

/** Options of {@linkcode collate}. */
export interface CollateOptions {
  /** Tokens in every row of the source, with those around the prompt. Default: as many as the longest row needs. */
  readonly sourceLength?: number;
  /** Tokens in every row of the target, end token included. Default: as many as the longest label needs. */
  readonly targetLength?: number;
  /** How prompts longer than `sourceLength` are cut. Default `sample`: the prompt's last word stays. */
  readonly truncation?: Truncation;
  /** How prompts and answers become rows. Default: that of encoder-decoder models. */
  readonly form?: RowForm;
  /** B, if more than there are examples: the last one is repeated, without a loss. */
  readonly rows?: number;
}

/**
 * Makes one batch: tokenizes, adds the tokens around prompts and answers, and fills up.
 *
 * A label is never cut, except with `truncation: "right"`, the published way.
 *
 * @param examples one row each, in order
 * @param tokenizer the model's tokenizer
 * @returns the rows `[B, sourceLength]` and `[B, targetLength]`
 * @throws {RangeError} without examples
 * @throws {InputError} for a label that does not fit `targetLength`
 *
 * @example Two rows of different length
 * ```ts
 * import { collate, embeddedTokenizer } from "gorp";
 * const examples = [
 *   { source: "copy : red answer", label: "red" },
 *   { source: "copy : red gold answer", label: "red gold" },
 * ];
 * const batch = collate(examples, embeddedTokenizer());
 * if (batch.sourceLength !== 6 || batch.attentionMask[5] !== 0) throw new Error("unexpected shape");
 * ```
 */
export function collate(
  examples: readonly Example[],
  tokenizer: Tokenizer,
  options: CollateOptions = {},
): Batch {
  if (examples.length === 0) throw new RangeError("Cannot make a batch of no examples; give at least one.");
  const { truncation = "sample", form = encoderDecoderForm(tokenizer) } = options;
  const { before, after, paddingSide } = form;
  const limit = (options.sourceLength ?? Infinity) - before.length - after.length;
  const sources = examples.map((example) => [
    ...before,
    ...fitSource(example.source, tokenizer, { limit, truncation }),
    ...after,
  ]);
  const targets = examples.map((example) => form.answer(example.label));
  const { targetLength } = options;
  targets.forEach((target, row) => {
    if (targetLength === undefined || target.length <= targetLength) return;
    if (truncation === "right") return target.splice(targetLength);
    throw new InputError(
      `Cannot make a batch: the label "${examples[row].label}" needs ${target.length} tokens with its end ` +
        `token, but targetLength is ${targetLength}; make targetLength at least ${target.length}.`,
    );
  });
  return packRows(sources, targets, { ...options, paddingSide, padId: tokenizer.padId });
}
