/** The character map that sentencepiece compiles into a tokenizer. @module */
import { InputError } from "../../errors/input_error.ts";
import { remembered } from "./remembered.ts";

/** Graphemes of this many bytes or more are looked up character by character only. */
const LONG_GRAPHEME = 6;
const CARRIAGE_RETURN = 13;

/**
 * Replacements of characters and short sequences, stored as a double-array trie over UTF-8 bytes and a list of
 * texts (`precompiled_charsmap`; the trie is that of darts-clone).
 *
 * A grapheme of fewer than six bytes is replaced as a whole by what the map has for its shortest known beginning;
 * any other grapheme, or one whose beginning is unknown, character by character. So do Hugging Face's tokenizers.
 */
export class CharacterMap {
  /** The trie. Bits of a unit: 0–7 label, 8 a leaf follows, 9 large offset, 10–30 offset, 31 this is a leaf. */
  readonly #units: Uint32Array;
  /** Texts in UTF-8, each ended by a zero. */
  readonly #texts: Uint8Array;
  readonly #graphemes = remembered((grapheme) => this.#replaced(grapheme));
  readonly #ascii: readonly string[];

  /**
   * Reads a map.
   *
   * @param encoded the file's bytes in base64
   * @throws {InputError} when the bytes are no character map
   */
  constructor(encoded: string) {
    const bytes = bytesOf(encoded);
    const trieBytes = bytes.length < 4 ? -1 : new DataView(bytes.buffer).getUint32(0, true);
    if (trieBytes < 4 || trieBytes % 4 !== 0 || 4 + trieBytes > bytes.length) {
      throw new InputError(
        `Cannot read a character map of ${bytes.length} bytes: it says that its trie takes ${trieBytes} bytes.`,
      );
    }
    this.#units = new Uint32Array(bytes.buffer.slice(4, 4 + trieBytes));
    this.#texts = bytes.subarray(4 + trieBytes);
    this.#ascii = Array.from({ length: 128 }, (_, code) => this.#replaced(String.fromCharCode(code)));
  }

  /** The text with everything replaced that the map knows. */
  normalize(text: string): string {
    let result = "";
    for (let i = 0; i < text.length;) {
      if (isAlone(text, i)) {
        result += this.#ascii[text.charCodeAt(i++)];
        continue;
      }
      const start = i;
      while (i < text.length && !isAlone(text, i)) i++;
      for (const grapheme of graphemesOf(text.slice(start, i))) result += this.#graphemes(grapheme);
    }
    return result;
  }

  #replaced(grapheme: string): string {
    const bytes = encoder.encode(grapheme);
    const whole = bytes.length < LONG_GRAPHEME ? this.#find(bytes) : null;
    if (whole !== null) return whole;
    let result = "";
    for (const character of grapheme) result += this.#find(encoder.encode(character)) ?? character;
    return result;
  }

  /** What the map has for the shortest beginning of `bytes` that it knows, or null. */
  #find(bytes: Uint8Array): string | null {
    let position = offsetOf(this.#units[0]);
    for (const byte of bytes) {
      if (byte === 0) return null;
      position ^= byte;
      const unit = this.#units[position];
      // The highest bit marks leaves, so that they never pass for a byte.
      if (unit === undefined || ((unit & 0x800000ff) >>> 0) !== byte) return null;
      position ^= offsetOf(unit);
      if (unit & 0x100) return this.#textAt(this.#units[position] & 0x7fffffff);
    }
    return null;
  }

  #textAt(start: number): string {
    const end = this.#texts.indexOf(0, start);
    return decoder.decode(this.#texts.subarray(start, end < 0 ? undefined : end));
  }
}

const GRAPHEMES = new Intl.Segmenter("und", { granularity: "grapheme" });
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Marks that Unicode 17 added, and the segmenter of an older one takes for characters of their own. */
const NEWER_MARK = /^[\u1acf-\u1add\u1ae0-\u1aeb]/;
/** What no mark joins. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]$/u;

/** The graphemes of a text. */
function* graphemesOf(text: string): Generator<string> {
  let grapheme = "";
  for (const { segment } of GRAPHEMES.segment(text)) {
    if (grapheme !== "" && NEWER_MARK.test(segment) && !CONTROL.test(grapheme)) {
      grapheme += segment;
      continue;
    }
    if (grapheme !== "") yield grapheme;
    grapheme = segment;
  }
  yield grapheme;
}

/** Whether a character is a grapheme of its own for sure: ASCII between ASCII. Splitting into graphemes is slow. */
function isAlone(text: string, i: number): boolean {
  return !mayJoin(text.charCodeAt(i)) && !mayJoin(text.charCodeAt(i - 1)) && !mayJoin(text.charCodeAt(i + 1));
}

/** Anything beyond ASCII, and carriage returns, which join a line feed. The end of the text does not. */
function mayJoin(code: number): boolean {
  return code > 127 || code === CARRIAGE_RETURN;
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}

function bytesOf(encoded: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
  } catch {
    throw new InputError("Cannot read a character map: it is not in base64.");
  }
}
