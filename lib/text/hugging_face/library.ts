/** The tokenizers library on a `tokenizer.json`, in agreement with Python's. @module */
import { InputError } from "../../errors/input_error.ts";
import { Tokenizer as LibraryTokenizer } from "@huggingface/tokenizers";
import { type DecoderConfig, makeDecoderExact } from "./decoders.ts";
import { makeModelExact } from "./models.ts";
import { makeNormalizerExact } from "./normalizers.ts";
import { makePreTokenizerExact, type PreTokenizerConfig } from "./pre_tokenizers.ts";

/** A token that is found as it stands, before the model sees the text. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Whether decoding may leave it out. */
  readonly special?: boolean;
}

/** The parts of a `tokenizer.json` that are read here; the library reads the rest. */
export interface TokenizerJson {
  readonly added_tokens?: readonly AddedToken[];
  readonly pre_tokenizer?: PreTokenizerConfig | null;
  readonly decoder?: DecoderConfig | null;
  readonly model: { readonly type?: string };
}

/** Entries that may be absent from the file, but must be present for the library. */
const ABSENT = {
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: null,
  post_processor: null,
  decoder: null,
};

/**
 * Opens the library on a file's contents, and replaces what some of its parts do: version 0.2.0 normalizes without
 * the precompiled map, leaves metaspaces uncut, joins unknown characters across words, decodes bytes that are no
 * UTF-8 and leading marks in its own way, and takes some of JavaScript's character classes for those of Rust.
 *
 * @throws {Error} whatever the library throws for contents that it cannot use
 */
export function openLibrary(json: TokenizerJson): LibraryTokenizer {
  const library = new LibraryTokenizer({ ...ABSENT, ...json }, {});
  makeNormalizerExact(library.normalizer);
  makePreTokenizerExact(library.pre_tokenizer, json.pre_tokenizer ?? {});
  makeModelExact(library.model);
  makeDecoderExact(library.decoder, json.decoder ?? {});
  return library;
}

/** Checks that a file's contents are a tokenizer at all. */
export function requireModel(json: unknown): asserts json is TokenizerJson {
  const model = (json as Partial<TokenizerJson> | null)?.model;
  if (typeof model !== "object" || model === null) {
    throw new InputError("Cannot read a tokenizer: its file must hold a JSON object with a model.");
  }
}
