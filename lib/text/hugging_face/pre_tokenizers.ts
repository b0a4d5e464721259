/** Pre-tokenizers of the tokenizers library, brought to agree with Python's to the character. @module */
import {
  ByteLevelPreTokenizer,
  DigitsPreTokenizer,
  MetaspacePreTokenizer,
  type PreTokenizer,
  SequencePreTokenizer,
  SplitPreTokenizer,
  WhitespacePreTokenizer,
  WhitespaceSplitPreTokenizer,
} from "@huggingface/tokenizers";
import { splitWords } from "../word_tokenizer.ts";
import { remembered } from "./remembered.ts";
import { splitAt, type SplitBehavior } from "./split_at.ts";

/** The entries of a pre-tokenizer's configuration that are read here. */
export interface PreTokenizerConfig {
  readonly pretokenizers?: readonly PreTokenizerConfig[];
  readonly split?: boolean;
  readonly add_prefix_space?: boolean;
  readonly prepend_scheme?: "always" | "first" | "never";
  readonly individual_digits?: boolean;
  readonly behavior?: SplitBehavior;
  readonly invert?: boolean;
}

// JavaScript's \s has U+FEFF and lacks U+0085; its \d and \w know ASCII only.
const SPACE = String.raw`\p{White_Space}`;
const WORDS_OF_GPT2 = new RegExp(
  String
    .raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^${SPACE}\p{L}\p{N}]+|${SPACE}+(?!\P{White_Space})|${SPACE}+`,
  "gu",
);

/** Replaces what a pre-tokenizer and its parts do where that differs from Python's. */
export function makePreTokenizerExact(part: PreTokenizer | null, config: PreTokenizerConfig): void {
  if (part instanceof SequencePreTokenizer) {
    part.tokenizers.forEach((inner, i) => makePreTokenizerExact(inner, config.pretokenizers?.[i] ?? {}));
  } else if (part instanceof ByteLevelPreTokenizer) {
    makeByteLevelExact(part);
  } else if (part instanceof DigitsPreTokenizer) {
    part.pattern = config.individual_digits ? /\P{N}+|\p{N}/gu : /\P{N}+|\p{N}+/gu;
  } else if (part instanceof WhitespaceSplitPreTokenizer) {
    part.pre_tokenize_text = (text) => text.match(/\P{White_Space}+/gu) ?? [];
  } else if (part instanceof WhitespacePreTokenizer) {
    part.pre_tokenize_text = (text) => splitWords(text);
  } else if (part instanceof SplitPreTokenizer && part.pattern !== null) {
    const { pattern } = part;
    const { behavior = "Removed", invert } = config;
    part.pre_tokenize_text = (text) => splitAt(text, pattern, { behavior, invert });
  } else if (part instanceof MetaspacePreTokenizer) {
    makeMetaspaceExact(part, config);
  }
}

/** The library's pattern with Rust's classes; bytes are written out once a word. */
function makeByteLevelExact(part: ByteLevelPreTokenizer): void {
  const characterOf = Array.from({ length: 256 }, (_, byte) => part.byte_encoder[byte]);
  const inBytes = remembered((word) => {
    let characters = "";
    for (const byte of part.text_encoder.encode(word)) characters += characterOf[byte];
    return characters;
  });
  part.pre_tokenize_text = (text) => {
    const whole = part.add_prefix_space && !text.startsWith(" ") ? ` ${text}` : text;
    return (part.use_regex ? whole.match(WORDS_OF_GPT2) ?? [] : [whole]).map(inBytes);
  };
}

/** The library leaves a text in one piece that Python cuts before every mark, and forgets the older option. */
function makeMetaspaceExact(part: MetaspacePreTokenizer, config: PreTokenizerConfig): void {
  part.prepend_scheme = config.prepend_scheme ?? (config.add_prefix_space === false ? "never" : "always");
  if (config.split === false) return;
  const mark = new RegExp(RegExp.escape(part.replacement), "gu");
  const inOnePiece = part.pre_tokenize_text.bind(part);
  part.pre_tokenize_text = (text, options) =>
    inOnePiece(text, options).flatMap((whole) => splitAt(whole, mark, { behavior: "MergedWithNext" }));
}
