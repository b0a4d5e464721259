/**
 * Tokenizers from a `tokenizer.json`, whatever their model: T5's unigrams, LLaMA's byte pairs, GPT-2's bytes.
 *
 * @module
 */
import { InputError } from "../errors/input_error.ts";
import { displaySymbol, type RichDisplay } from "../display/rich_display.ts";
import type { Tokenizer as LibraryTokenizer } from "@huggingface/tokenizers";
import { openLibrary, requireModel, type TokenizerJson } from "./hugging_face/library.ts";
import type { DecodeTextOptions, EncodeTextOptions, Tokenizer } from "./tokenizer.ts";
import { tokenizerDisplay } from "./tokenizer_display.ts";
import { sentinelWord } from "./word_vocabulary.ts";

/** What a tokenizer is made from. */
export interface HuggingFaceTokenizerOptions {
  /** The token that ends a text, such as `</s>`. Must be in the vocabulary. */
  readonly endToken: string;
  /** The token that fills rows up. Default: the end token. */
  readonly padToken?: string;
  /** The token that begins a text, such as `<s>`. Default: none. */
  readonly beginToken?: string;
  /** The side on which rows are filled up. Default `right`. */
  readonly paddingSide?: "left" | "right";
  /** Whether decoding cleans up spaces unless asked otherwise. Default false. */
  readonly cleanUp?: boolean;
}

/**
 * A tokenizer in Hugging Face's format. Its ids and texts are those of Python's `tokenizers`.
 *
 * The tokenizers library for JavaScript does the work; where its version differs from Python's, its parts are
 * replaced (`hugging_face/library.ts`).
 */
export class HuggingFaceTokenizer implements Tokenizer {
  readonly vocabularySize: number;
  readonly padId: number;
  readonly eosId: number;
  readonly bosId: number | null;
  readonly sentinelIds: readonly number[];
  readonly paddingSide: "left" | "right";
  readonly #library: LibraryTokenizer;
  readonly #specialIds: ReadonlySet<number>;
  readonly #cleanUp: boolean;

  /**
   * Makes a tokenizer of a file's contents.
   *
   * @param json the contents of `tokenizer.json`
   * @throws {InputError} for contents that are no tokenizer or have a part that is unknown
   * @throws {InputError} for an end, begin or padding token that is not in the vocabulary
   */
  constructor(json: unknown, options: HuggingFaceTokenizerOptions) {
    const { endToken, padToken = endToken, beginToken, paddingSide = "right", cleanUp = false } = options;
    this.#library = opened(json);
    this.vocabularySize = this.#library.model!.vocab.length;
    this.eosId = this.#idOf(endToken, "end token");
    this.padId = this.#idOf(padToken, "padding token");
    this.bosId = beginToken === undefined ? null : this.#idOf(beginToken, "begin token");
    this.paddingSide = paddingSide;
    this.#cleanUp = cleanUp;
    const sentinels: number[] = [];
    for (let id; (id = this.#library.token_to_id(sentinelWord(sentinels.length))) !== undefined;) {
      sentinels.push(id);
    }
    this.sentinelIds = sentinels;
    const added = (json as TokenizerJson).added_tokens ?? [];
    this.#specialIds = new Set([
      ...added.filter((token) => token.special).map((token) => token.id),
      ...[this.eosId, this.padId, this.bosId].filter((id) => id !== null),
    ]);
  }

  /** The id of a token as it stands in the vocabulary, or null. */
  idOf(token: string): number | null {
    return this.#library.token_to_id(token) ?? null;
  }

  encode(text: string, options: EncodeTextOptions = {}): number[] {
    const { special = false } = options;
    // A lone half of a surrogate pair has no bytes; it becomes U+FFFD, as in any encoder.
    const { ids } = this.#library.encode(text.toWellFormed(), { add_special_tokens: special });
    return ids.filter((id) => id !== undefined);
  }

  decode(ids: ArrayLike<number>, options: DecodeTextOptions = {}): string {
    const { special = false, stopAtEnd = true, cleanUp = this.#cleanUp } = options;
    const kept: number[] = [];
    let hasBegun = false;
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i];
      hasBegun ||= id !== this.padId;
      // Where rows are filled up with end tokens, those in front end nothing.
      if (stopAtEnd && id === this.eosId && hasBegun) break;
      if (!special && this.#specialIds.has(id)) continue;
      if (this.#library.id_to_token(id) !== undefined) kept.push(id);
    }
    if (kept.length === 0) return "";
    return this.#library.decode(kept, { clean_up_tokenization_spaces: cleanUp });
  }

  #idOf(token: string, role: string): number {
    const id = this.idOf(token);
    if (id === null) {
      throw new InputError(`Cannot use "${token}" as the ${role}: it is not in the tokenizer's vocabulary.`);
    }
    return id;
  }

  /** Size and special tokens. */
  [displaySymbol](): RichDisplay {
    return tokenizerDisplay("Tokenizer", this);
  }
}

function opened(json: unknown): LibraryTokenizer {
  requireModel(json);
  try {
    return openLibrary(json);
  } catch (error) {
    const reason = (error as Error).message.replace(/\.$/, "");
    throw new InputError(
      `Cannot read a tokenizer whose model is ${json.model.type ?? "unnamed"}: ${reason}.`,
      {
        cause: error,
      },
    );
  }
}
