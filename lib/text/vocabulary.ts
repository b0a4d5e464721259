/**
 * A vocabulary of whole words, made from texts.
 *
 * @module
 */
import { InputError } from "../errors/input_error.ts";
import { splitWords, WordTokenizer } from "./word_tokenizer.ts";
import { sentinelWord, SPECIAL_WORDS } from "./word_vocabulary.ts";

/** Options of {@linkcode buildVocabulary}. */
export interface VocabularyOptions {
  /** How many ids at most, special words included. Default 8000. */
  readonly size?: number;
  /** Texts all of whose words get an id, however rare they are: labels, fixed parts of prompts. */
  readonly required?: readonly string[];
  /** How many sentinels for hidden spans. Default 32. */
  readonly sentinels?: number;
}

/**
 * A tokenizer with the most frequent lower-cased words and runs of punctuation of some texts.
 *
 * Ids: padding, end, unknown, sentinels, the words of `required`, then the other words by falling frequency
 * (equally frequent ones in alphabetical order, so that the same texts give the same ids).
 *
 * @throws {InputError} when the required words alone need more than `size` ids
 *
 * @example Words that a label needs are always there
 * ```ts
 * import { buildVocabulary } from "gorp";
 * const tokenizer = buildVocabulary(["Rain, rain and wind."], { size: 40, required: ["Sports"] });
 * if (tokenizer.decode(tokenizer.encode("Sports, rain!")) !== "sports , rain <unk>") throw new Error("unexpected");
 * ```
 */
export function buildVocabulary(texts: Iterable<string>, options: VocabularyOptions = {}): WordTokenizer {
  const { size = 8000, required = [], sentinels = 32 } = options;
  const specialWords = [
    ...Object.values(SPECIAL_WORDS),
    ...Array.from({ length: sentinels }, (_, index) => sentinelWord(index)),
  ];
  const words = new Set(specialWords);
  for (const text of required) {
    for (const word of splitWords(text, { lowerCase: true })) words.add(word);
  }
  if (words.size > size) {
    throw new InputError(
      `Cannot make a vocabulary of ${size} words: special and required words alone are ${words.size}.`,
    );
  }
  for (const word of byFrequency(texts)) {
    if (words.size >= size) break;
    words.add(word);
  }
  return new WordTokenizer({ words: [...words], specialWords, lowerCase: true });
}

/** All words of the texts, the most frequent first. */
function byFrequency(texts: Iterable<string>): string[] {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const word of splitWords(text, { lowerCase: true })) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .map(([word]) => word);
}
