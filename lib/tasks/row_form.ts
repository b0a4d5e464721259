/**
 * How a prompt and its answer become the token ids of a row: it differs between the two kinds of models.
 *
 * @module
 */
import type { Tokenizer } from "../text/tokenizer.ts";

/** The tokens around a prompt, the tokens of an answer, and where rows are filled up. */
export interface RowForm {
  /** The side on which sources are filled up. */
  readonly paddingSide: "left" | "right";
  /** Ids before every prompt. */
  readonly before: readonly number[];
  /** Ids behind every prompt. */
  readonly after: readonly number[];
  /** The ids of an answer, end token included. */
  answer(label: string): number[];
}

/** For models that read the prompt in an encoder: it ends with an end token, as T5 was trained. */
export function encoderDecoderForm(tokenizer: Tokenizer): RowForm {
  const { eosId } = tokenizer;
  return {
    paddingSide: "right",
    before: [],
    after: [eosId],
    answer: (label) => [...tokenizer.encode(label), eosId],
  };
}

/**
 * For models that go on where the prompt ends: the prompt begins as the tokenizer's files say and has no end token,
 * and the answer is tokenized as it would be behind `Answer: `.
 *
 * @example The space before an answer belongs to it
 * ```ts
 * import { decoderOnlyForm, embeddedTokenizer } from "gorp";
 * const form = decoderOnlyForm(embeddedTokenizer());
 * if (form.paddingSide !== "left" || form.after.length !== 0) throw new Error("unexpected form");
 * ```
 */
export function decoderOnlyForm(tokenizer: Tokenizer): RowForm {
  const stem = tokenizer.encode(STEM);
  return {
    paddingSide: "left",
    before: beginningOf(tokenizer),
    after: [],
    answer(label) {
      const whole = tokenizer.encode(`${STEM} ${label}`);
      const continues = stem.every((id, i) => id === whole[i]);
      return [...(continues ? whole.slice(stem.length) : tokenizer.encode(label)), tokenizer.eosId];
    },
  };
}

/** What stands before an answer in every prompt of the benchmark. */
const STEM = "Answer:";

/** The ids that the tokenizer's files put before a text. */
function beginningOf(tokenizer: Tokenizer): number[] {
  const [first] = tokenizer.encode(STEM);
  const marked = tokenizer.encode(STEM, { special: true });
  return marked.slice(0, Math.max(0, marked.indexOf(first)));
}
