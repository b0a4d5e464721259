/** Columns of text. @module */
import { type Data, type Dictionary, Int32, makeData, Utf8, Vector } from "apache-arrow";
import { type Column, grown } from "./column.ts";
import { NumberColumn } from "./number_column.ts";

const ENCODER = new TextEncoder();

/** Texts, kept as UTF-8. Lone surrogates become U+FFFD. */
export class TextColumn implements Column {
  readonly #offsets = new NumberColumn(new Int32());
  #bytes = new Uint8Array(256);
  #used = 0;

  constructor() {
    this.#offsets.push(0);
  }

  push(value: unknown): void {
    const text = value as string;
    const room = this.#used + 3 * text.length; // a UTF-16 unit takes at most three bytes
    if (room > this.#bytes.length) this.#bytes = grown(this.#bytes, room);
    this.#used += ENCODER.encodeInto(text, this.#bytes.subarray(this.#used)).written;
    this.#offsets.push(this.#used);
  }

  toData(): Data<Utf8> {
    return makeData({
      type: new Utf8(),
      length: this.#offsets.length - 1,
      nullCount: 0,
      valueOffsets: this.#offsets.values as Int32Array,
      data: this.#bytes.subarray(0, this.#used),
    });
  }
}

/** Texts that repeat: each is kept once, rows hold its number. */
export class DictionaryColumn implements Column {
  readonly #type: Dictionary;
  readonly #numbers = new Map<string, number>();
  readonly #words = new TextColumn();
  readonly #rows = new NumberColumn(new Int32());

  /** An empty column of `type`. */
  constructor(type: Dictionary) {
    this.#type = type;
  }

  push(value: unknown): void {
    const word = value as string;
    let number = this.#numbers.get(word);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(word, number);
      this.#words.push(word);
    }
    this.#rows.push(number);
  }

  toData(): Data {
    return makeData({
      type: this.#type,
      length: this.#rows.length,
      nullCount: 0,
      data: this.#rows.values as Int32Array,
      dictionary: new Vector([this.#words.toData()]),
    });
  }
}
