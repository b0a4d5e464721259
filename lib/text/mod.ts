/**
 * Tokenizers.
 *
 * @module
 */
export * from "./tokenizer.ts";
export * from "./tokenizer_file.ts";
export * from "./vocabulary.ts";
export * from "./word_tokenizer.ts";
