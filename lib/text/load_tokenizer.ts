/**
 * The one door to tokenizers on disk.
 *
 * @module
 */
import { InputError } from "../errors/input_error.ts";
import { requireModel, type TokenizerJson } from "./hugging_face/library.ts";
import {
  type Entries,
  paddingSide,
  specialToken,
  type TokenizerFiles,
  withListedTokens,
} from "./hugging_face/special_tokens.ts";
import { HuggingFaceTokenizer } from "./hugging_face_tokenizer.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { WordTokenizer } from "./word_tokenizer.ts";

/** Options of {@linkcode loadTokenizer}, in place of what the folder's files say. */
export interface LoadTokenizerOptions {
  /** The token that fills rows up. */
  readonly padToken?: string;
  /** The side on which rows are filled up. */
  readonly paddingSide?: "left" | "right";
}

/**
 * Reads the tokenizer of a model folder: the kit's own of whole words, or any other `tokenizer.json`, with the
 * conventions that `tokenizer_config.json`, `special_tokens_map.json` and `config.json` beside it give.
 *
 * Where no file names a padding token, rows are filled up with end tokens. Where no file names a side, rows of
 * encoder-decoder models (T5) are filled up on the right, those of others (LLaMA) on the left.
 *
 * @param folder a model folder in Hugging Face's layout
 * @throws {Error} for a missing file or one that is not JSON, {@linkcode TypeError} for contents that are no
 * tokenizer, {@linkcode RangeError} for special tokens that are missing; all name the file
 *
 * @example The tokenizer of a model folder
 * ```ts
 * import { buildVocabulary, loadTokenizer, saveWordTokenizer } from "gorp";
 * const folder = await Deno.makeTempDir();
 * await saveWordTokenizer(buildVocabulary(["near rain"]), folder);
 * const tokenizer = await loadTokenizer(folder);
 * if (tokenizer.decode(tokenizer.encode("rain near")) !== "rain near") throw new Error("unexpected");
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function loadTokenizer(folder: string, options: LoadTokenizerOptions = {}): Promise<Tokenizer> {
  const path = `${folder}/tokenizer.json`;
  const tokenizer = await readEntries(path);
  if (tokenizer === null) {
    throw new Deno.errors.NotFound(`Cannot read the tokenizer ${path}: there is no such file.`);
  }
  const files = {
    tokenizer: tokenizer as unknown as TokenizerJson,
    tokenizerConfig: await readEntries(`${folder}/tokenizer_config.json`) ?? {},
    specialTokensMap: await readEntries(`${folder}/special_tokens_map.json`) ?? {},
    modelConfig: await readEntries(`${folder}/config.json`) ?? {},
  };
  try {
    return tokenizerOf(files, options);
  } catch (error) {
    throw new InputError(`${(error as Error).message} (in ${path})`, { cause: error });
  }
}

/**
 * Checks that a model has a row of its embedding for every id of a tokenizer.
 *
 * @param rows of the embedding
 * @throws {InputError} when the tokenizer has more ids
 */
export function requireFittingVocabulary(tokenizer: Tokenizer, rows: number): void {
  if (tokenizer.vocabularySize <= rows) return;
  throw new InputError(
    `The tokenizer has ${tokenizer.vocabularySize} ids, but the model's embedding has only ${rows} rows; ` +
      "they do not belong together.",
  );
}

function tokenizerOf(files: TokenizerFiles, options: LoadTokenizerOptions): Tokenizer {
  requireModel(files.tokenizer);
  if (files.tokenizer.model.type === "WordLevel") return WordTokenizer.fromJson(files.tokenizer);
  const json = withListedTokens(files);
  const listed = { ...files, tokenizer: json };
  const endToken = specialToken("eos", listed);
  if (endToken === undefined) {
    throw new InputError("Cannot read a tokenizer without an end token: no file names one");
  }
  return new HuggingFaceTokenizer(json, {
    endToken,
    padToken: options.padToken ?? specialToken("pad", listed),
    beginToken: specialToken("bos", listed),
    paddingSide: options.paddingSide ?? paddingSide(listed),
    cleanUp: files.tokenizerConfig.clean_up_tokenization_spaces === true,
  });
}

/** A JSON object from a file, or null where there is none. */
async function readEntries(path: string): Promise<Entries | null> {
  let value: unknown;
  try {
    value = JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw new InputError(`Cannot read the tokenizer's file ${path}: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new InputError(`Cannot read the tokenizer's file ${path}: it must hold a JSON object.`);
  }
  return value as Entries;
}
