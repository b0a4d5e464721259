/**
 * What a word tokenizer is made from.
 *
 * @module
 */

/** How a word tokenizer is made. */
export interface WordTokenizerOptions {
  /** The vocabulary: the position of a word is its id. Every word once. */
  readonly words: readonly string[];
  /** Words that are found as they stand anywhere in a text: padding, end, unknown, sentinels. */
  readonly specialWords: readonly string[];
  /** Whether text is lower-cased first. Special words are not. Default false. */
  readonly lowerCase?: boolean;
}

/** The special words every word tokenizer needs; the first three ids by custom. */
export const SPECIAL_WORDS = { pad: "<pad>", eos: "</s>", unknown: "<unk>" } as const;

/** T5's name of the sentinel that stands for the `index`-th hidden span of a text, from 0. */
export function sentinelWord(index: number): string {
  return `<extra_id_${index}>`;
}
