/**
 * The file form of a word tokenizer: Hugging Face's `tokenizer.json` with a `WordLevel` model.
 *
 * @module
 */
import { InputError } from "../errors/input_error.ts";
import type { WordTokenizerOptions } from "./word_vocabulary.ts";

/** The parts of `tokenizer.json` that a word tokenizer has. */
export interface WordLevelJson {
  /** The version of the file format. */
  readonly version: "1.0";
  /** Texts are not cut here. */
  readonly truncation: null;
  /** Texts are not filled up here. */
  readonly padding: null;
  /** The special words. */
  readonly added_tokens: readonly AddedToken[];
  /** What is done to the text first. */
  readonly normalizer: { readonly type: "Lowercase" } | null;
  /** How the text is split into words. */
  readonly pre_tokenizer: { readonly type: "Whitespace" };
  /** End tokens are not added here. */
  readonly post_processor: null;
  /** Words are joined with spaces. */
  readonly decoder: null;
  /** The vocabulary: ids by word. */
  readonly model: {
    readonly type: "WordLevel";
    readonly vocab: Readonly<Record<string, number>>;
    readonly unk_token: string;
  };
}

/** A word that is found as it stands anywhere in a text. */
export interface AddedToken {
  /** Its id in the vocabulary. */
  readonly id: number;
  /** The word. */
  readonly content: string;
  /** Whether it must not touch letters. */
  readonly single_word: boolean;
  /** Whether it takes the white space before it. */
  readonly lstrip: boolean;
  /** Whether it takes the white space after it. */
  readonly rstrip: boolean;
  /** Whether it is looked for after the normalizer. */
  readonly normalized: boolean;
  /** Whether decoding may leave it out. */
  readonly special: boolean;
}

/** The file's contents for a vocabulary. */
export function wordLevelJson(options: WordTokenizerOptions): WordLevelJson {
  const { words, specialWords, lowerCase = false } = options;
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: specialWords.map((content) => ({
      id: words.indexOf(content),
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: lowerCase ? { type: "Lowercase" } : null,
    pre_tokenizer: { type: "Whitespace" },
    post_processor: null,
    decoder: null,
    model: {
      type: "WordLevel",
      vocab: Object.fromEntries(words.map((word, id) => [word, id])),
      unk_token: "<unk>",
    },
  };
}

/**
 * The vocabulary of a file's contents.
 *
 * @throws {InputError} for contents that are no word-level tokenizer, and for a part that a word tokenizer does
 * not have (another pre-tokenizer, a post-processor), rather than reading it wrongly
 */
export function wordsOf(json: unknown): WordTokenizerOptions {
  const file = json as Partial<Record<keyof WordLevelJson, Record<string, unknown> | null>> | null;
  require("model", file?.model?.type, ["WordLevel"]);
  require("pre-tokenizer", file?.pre_tokenizer?.type, ["Whitespace"]);
  require("normalizer", file?.normalizer?.type, [undefined, "Lowercase"]);
  require("post-processor", file?.post_processor?.type, [undefined]);
  const vocabulary = file?.model?.vocab;
  if (typeof vocabulary !== "object" || vocabulary === null) {
    throw new InputError("Cannot read a word tokenizer: model.vocab must map words to ids.");
  }
  const words: string[] = [];
  for (const [word, id] of Object.entries(vocabulary)) words[id as number] = word;
  for (let id = 0; id < words.length; id++) {
    if (words[id] === undefined) {
      throw new InputError(
        `Cannot read a word tokenizer: no word has the id ${id}; ids must be 0, 1, 2, … without gaps.`,
      );
    }
  }
  const added = (file?.added_tokens ?? []) as unknown as readonly AddedToken[];
  return {
    words,
    specialWords: added.map((token) => token.content),
    lowerCase: file?.normalizer?.type === "Lowercase",
  };
}

function require(part: string, found: unknown, allowed: readonly unknown[]): void {
  if (allowed.includes(found)) return;
  const wanted = allowed.map((value) => value ?? "none").join(" or ");
  throw new InputError(
    `Cannot read a word tokenizer whose ${part} is ${found ?? "missing"}; it must be ${wanted}.`,
  );
}
