/** Reading the files of a model folder. @module */
import { InputError } from "../errors/input_error.ts";

/**
 * The bytes of a file.
 *
 * @throws {Error} one sentence naming the file and what is wrong with it
 */
export function readFile(path: string): Uint8Array<ArrayBuffer> {
  try {
    return Deno.readFileSync(path);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound ? "there is no such file" : (error as Error).message;
    throw new Deno.errors.NotFound(`Cannot read the model file ${path}: ${reason}.`);
  }
}

/**
 * A JSON object from a file.
 *
 * @throws {Error} one sentence when the file is missing, no JSON, or no object
 */
export function readJson(path: string): Record<string, unknown> {
  const text = new TextDecoder().decode(readFile(path));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${path} is not JSON: ${(error as Error).message}.`);
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new InputError(`${path} must hold a JSON object.`);
  }
  return value as Record<string, unknown>;
}

/**
 * What a function makes of a file's contents, with the file named where it refuses them.
 *
 * @throws {InputError} the function's own, with the path at its end
 */
export function namingFile<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${error.message.replace(/\.$/, "")} (in ${path}).`, { cause: error });
  }
}
