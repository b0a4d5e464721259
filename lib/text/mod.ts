/**
 * Tokenizers.
 *
 * @module
 */
export * from "./hugging_face_tokenizer.ts";
export * from "./load_tokenizer.ts";
export * from "./tokenizer.ts";
export * from "./tokenizer_file.ts";
export * from "./vocabulary.ts";
export * from "./word_tokenizer.ts";
