/**
 * Word tokenizers on disk, beside the weights of their model.
 *
 * @module
 */
import { InputError } from "../errors/input_error.ts";
import { WordTokenizer } from "./word_tokenizer.ts";
import { SPECIAL_WORDS } from "./word_vocabulary.ts";

/**
 * Reads `tokenizer.json` of a model folder.
 *
 * @param folder a model folder in Hugging Face's layout
 * @throws Error for a missing or broken file, TypeError for a tokenizer that is not word-level; both name the file
 */
export async function loadWordTokenizer(folder: string): Promise<WordTokenizer> {
  const path = `${folder}/tokenizer.json`;
  let json: unknown;
  try {
    json = JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound ? "there is no such file" : (error as Error).message;
    throw new InputError(`Cannot read the tokenizer ${path}: ${reason}.`, { cause: error });
  }
  try {
    return WordTokenizer.fromJson(json);
  } catch (error) {
    throw new InputError(`${(error as Error).message} (in ${path})`, { cause: error });
  }
}

/**
 * Writes `tokenizer.json` and `tokenizer_config.json`, so that Python's `AutoTokenizer` reads the folder.
 *
 * @param tokenizer what to write
 * @param folder is made if it is missing
 */
export async function saveWordTokenizer(tokenizer: WordTokenizer, folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(`${folder}/tokenizer.json`, JSON.stringify(tokenizer.toJson(), null, 1) + "\n");
  const config = {
    tokenizer_class: "PreTrainedTokenizerFast",
    pad_token: SPECIAL_WORDS.pad,
    eos_token: SPECIAL_WORDS.eos,
    unk_token: SPECIAL_WORDS.unknown,
    clean_up_tokenization_spaces: false,
  };
  await Deno.writeTextFile(`${folder}/tokenizer_config.json`, JSON.stringify(config, null, 1) + "\n");
}
