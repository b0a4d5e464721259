/**
 * A tokenizer whose tokens are whole words, in the form that Hugging Face calls `WordLevel`.
 *
 * @module
 */
import { InputError } from "../errors/input_error.ts";
import { displaySymbol, type RichDisplay } from "../display/rich_display.ts";
import type { DecodeTextOptions, Tokenizer } from "./tokenizer.ts";
import { tokenizerDisplay } from "./tokenizer_display.ts";
import { type WordLevelJson, wordLevelJson, wordsOf } from "./word_level_json.ts";
import { sentinelWord, SPECIAL_WORDS, type WordTokenizerOptions } from "./word_vocabulary.ts";

/**
 * Splits text at whitespace and between letters and punctuation, and looks each piece up.
 *
 * A piece is a run of letters, digits, marks and underscores, or a run of anything else but whitespace
 * (Hugging Face's `Whitespace` pre-tokenizer). An unknown piece gets the id of `<unk>`.
 *
 * @example There and back
 * ```ts
 * import { WordTokenizer } from "gorp";
 * const specialWords = ["<pad>", "</s>", "<unk>"];
 * const tokenizer = new WordTokenizer({ words: [...specialWords, "near", "rain"], specialWords });
 * const ids = tokenizer.encode("near rain or sun");
 * if (tokenizer.decode(ids) !== "near rain <unk> <unk>") throw new Error("lost a word");
 * ```
 */
export class WordTokenizer implements Tokenizer {
  readonly vocabularySize: number;
  readonly padId: number;
  readonly eosId: number;
  /** Texts begin without a token of their own. */
  readonly bosId = null;
  readonly paddingSide = "right";
  /** The id of every word that is not in the vocabulary. */
  readonly unknownId: number;
  /** The vocabulary: the position of a word is its id. */
  readonly words: readonly string[];
  /** The ids of `<extra_id_0>`, `<extra_id_1>`, … as far as the vocabulary has them. */
  readonly sentinelIds: readonly number[];
  readonly #options: Required<WordTokenizerOptions>;
  readonly #ids: ReadonlyMap<string, number>;
  readonly #special: RegExp;

  /**
   * Makes a tokenizer of a vocabulary.
   *
   * @throws {InputError} for a word that occurs twice, and for a special word that is not in the vocabulary or
   * is missing among `<pad>`, `</s>`, `<unk>`
   */
  constructor(options: WordTokenizerOptions) {
    const { words, specialWords, lowerCase = false } = options;
    this.#options = { words, specialWords, lowerCase };
    this.#ids = new Map(words.map((word, id) => [word, id]));
    if (this.#ids.size !== words.length) {
      const twice = words.find((word, id) => this.#ids.get(word) !== id);
      throw new InputError(`Cannot make a word tokenizer: "${twice}" is in the vocabulary twice.`);
    }
    const unknown = specialWords.find((word) => !this.#ids.has(word));
    if (unknown !== undefined) {
      throw new InputError(
        `Cannot make a word tokenizer: the special word "${unknown}" is not in the vocabulary.`,
      );
    }
    this.words = words;
    this.vocabularySize = words.length;
    this.padId = this.#specialId(SPECIAL_WORDS.pad);
    this.eosId = this.#specialId(SPECIAL_WORDS.eos);
    this.unknownId = this.#specialId(SPECIAL_WORDS.unknown);
    const sentinels: number[] = [];
    while (specialWords.includes(sentinelWord(sentinels.length))) {
      sentinels.push(this.#specialId(sentinelWord(sentinels.length)));
    }
    this.sentinelIds = sentinels;
    this.#special = new RegExp(`(${specialWords.map(RegExp.escape).join("|")})`);
  }

  /** Reads the contents of a `tokenizer.json`. Throws a TypeError that names what it cannot honour. */
  static fromJson(json: unknown): WordTokenizer {
    return new WordTokenizer(wordsOf(json));
  }

  /** The contents of a `tokenizer.json` that Python's `tokenizers` and `transformers` read. */
  toJson(): WordLevelJson {
    return wordLevelJson(this.#options);
  }

  encode(text: string): number[] {
    const ids: number[] = [];
    // Every second part is a special word, by the group in the pattern.
    text.split(this.#special).forEach((part, index) => {
      if (index % 2 === 1) return ids.push(this.#ids.get(part)!);
      for (const word of splitWords(part, this.#options)) {
        ids.push(this.#ids.get(word) ?? this.unknownId);
      }
    });
    return ids;
  }

  /** Words with a space between them. Sentinels and unknown words are always shown, padding and end if asked for. */
  decode(ids: ArrayLike<number>, options: DecodeTextOptions = {}): string {
    const { special = false, stopAtEnd = true } = options;
    const words: string[] = [];
    for (let i = 0; i < ids.length && !(stopAtEnd && ids[i] === this.eosId); i++) {
      const isHidden = ids[i] === this.padId || ids[i] === this.eosId;
      if (special || !isHidden) words.push(this.words[ids[i]] ?? SPECIAL_WORDS.unknown);
    }
    return words.join(" ");
  }

  #specialId(word: string): number {
    const id = this.#ids.get(word);
    if (id === undefined || !this.#options.specialWords.includes(word)) {
      throw new InputError(`Cannot make a word tokenizer without the special word "${word}".`);
    }
    return id;
  }

  /** Size and special tokens. */
  [displaySymbol](): RichDisplay {
    return tokenizerDisplay("Word tokenizer", this);
  }
}

/** The pieces of a text: runs of word characters and runs of other characters, without whitespace. */
export function splitWords(text: string, options: { readonly lowerCase?: boolean } = {}): string[] {
  // Σ by itself first: JavaScript has another small letter for it at a word's end, the tokenizers library not.
  const lowered = options.lowerCase ? text.replaceAll("Σ", "σ").toLowerCase() : text;
  return lowered.match(PIECE) ?? [];
}

// The classes \w, \W and \s of the regular expressions that the tokenizers library uses.
const LETTERS = String.raw`\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}`;
const PIECE = new RegExp(String.raw`[${LETTERS}]+|[^${LETTERS}\p{White_Space}]+`, "gu");
