/**
 * The vocabulary of the embedded suites and their base model: 420 ids.
 *
 * @module
 */
import { WordTokenizer } from "../text/word_tokenizer.ts";
import { sentinelWord, SPECIAL_WORDS } from "../text/word_vocabulary.ts";
import { CONNECTORS, FIELDS, FILLERS, INSTRUCTION_WORDS, LABEL_WORDS, TASK_WORDS } from "./grammar_words.ts";

/** How many ids the embedded vocabulary has, spare ones included. */
export const EMBEDDED_VOCABULARY_SIZE = 420;

/** How many hidden spans of one text the vocabulary can name. */
const SENTINELS = 8;

/**
 * The tokenizer of the embedded suites, made from the grammar's words.
 *
 * Ids: padding 0, end 1, unknown 2, 8 sentinels, the instruction words, connectors, fillers, field names,
 * value names, content words, label words, task names, and spare words up to 420.
 *
 * @example One id a word
 * ```ts
 * import { embeddedTokenizer } from "gorp";
 * const tokenizer = embeddedTokenizer();
 * const text = "find weather : near drizzle beside violin answer";
 * if (tokenizer.encode(text).length !== 8) throw new Error("not one id a word");
 * if (tokenizer.decode(tokenizer.encode(text)) !== text) throw new Error("lost a word");
 * ```
 */
export function embeddedTokenizer(): WordTokenizer {
  const specialWords = [
    ...Object.values(SPECIAL_WORDS),
    ...Array.from({ length: SENTINELS }, (_, index) => sentinelWord(index)),
  ];
  const values = FIELDS.flatMap((field) => field.values);
  const words = [
    ...specialWords,
    ...Object.values(INSTRUCTION_WORDS),
    ...CONNECTORS,
    ...FILLERS,
    ...FIELDS.map((field) => field.name),
    ...values.map((value) => value.name),
    ...values.flatMap((value) => value.words),
    ...LABEL_WORDS,
    ...TASK_WORDS,
  ];
  for (let spare = 0; words.length < EMBEDDED_VOCABULARY_SIZE; spare++) words.push(`spare${spare}`);
  return new WordTokenizer({ words, specialWords });
}
