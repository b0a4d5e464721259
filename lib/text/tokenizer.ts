/**
 * What every tokenizer offers, whatever its vocabulary is made of.
 *
 * @module
 */

/** Options of {@linkcode Tokenizer.encode}. */
export interface EncodeTextOptions {
  /**
   * Whether to add the tokens that the tokenizer's own files put around a text: T5's end token, LLaMA's begin
   * token. Default false.
   */
  readonly special?: boolean;
}

/** Options of {@linkcode Tokenizer.decode}. */
export interface DecodeTextOptions {
  /** Whether special tokens appear in the text. Default false. */
  readonly special?: boolean;
  /** Whether the text ends at the first end token. Default true. */
  readonly stopAtEnd?: boolean;
  /**
   * Whether spaces before punctuation and English contractions are removed, as transformers can do. Default: what
   * the tokenizer's files say.
   */
  readonly cleanUp?: boolean;
}

/** Turns text into token ids and back. */
export interface Tokenizer {
  /** How many ids there are; all ids are below this. */
  readonly vocabularySize: number;
  /** The id that fills rows up. */
  readonly padId: number;
  /** The id that ends a text. */
  readonly eosId: number;
  /** The id that begins a text, or null where texts begin without one. */
  readonly bosId: number | null;
  /** The ids of `<extra_id_0>`, `<extra_id_1>`, … as far as the vocabulary has them. */
  readonly sentinelIds: readonly number[];
  /** The side of a row on which its model expects padding. */
  readonly paddingSide: "left" | "right";
  /** Ids of a text, without an end token unless the options ask for it. */
  encode(text: string, options?: EncodeTextOptions): number[];
  /** Text of ids: stops at the first end token and leaves padding out, unless the options say otherwise. */
  decode(ids: ArrayLike<number>, options?: DecodeTextOptions): string;
}
