/**
 * What every tokenizer offers, whatever its vocabulary is made of.
 *
 * @module
 */

/** Turns text into token ids and back. */
export interface Tokenizer {
  /** How many ids there are; all ids are below this. */
  readonly vocabularySize: number;
  /** The id that fills rows up. */
  readonly padId: number;
  /** The id that ends a text. */
  readonly eosId: number;
  /** Ids of a text, without an end token. */
  encode(text: string): number[];
  /** Text of ids: stops at the first end token and leaves padding out. */
  decode(ids: ArrayLike<number>): string;
}
