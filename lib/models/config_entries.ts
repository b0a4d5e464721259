/** Entries of a Hugging Face `config.json`. @module */
import { InputError } from "../errors/input_error.ts";
import { namingFile, readJson } from "./model_files.ts";

/** The contents of a `config.json`. */
export type ConfigJson = Readonly<Record<string, unknown>>;

/**
 * Reads what the `config.json` of a model's folder says.
 *
 * @param parse makes sense of its contents
 * @throws {Error} one sentence naming the file when it is missing, no JSON, or makes no sense
 */
export function readConfig<Config>(folder: string, parse: (json: ConfigJson) => Config): Config {
  const path = `${folder}/config.json`;
  const json = readJson(path);
  return namingFile(path, () => parse(json));
}

/**
 * A number, or the fallback where the entry is missing or null.
 *
 * @throws {InputError} when it is neither a number nor missing with a fallback
 */
export function numberEntry(json: ConfigJson, name: string, fallback?: number): number {
  const value = json[name] ?? fallback;
  if (typeof value !== "number") {
    throw new InputError(`config.json needs a number "${name}", found ${JSON.stringify(value)}.`);
  }
  return value;
}

/**
 * A whole number of at least one.
 *
 * @throws {InputError} when it is none
 */
export function countEntry(json: ConfigJson, name: string, fallback?: number): number {
  const value = numberEntry(json, name, fallback);
  if (!Number.isInteger(value) || value < 1) {
    throw new InputError(`config.json needs a whole number of at least 1 as "${name}", found ${value}.`);
  }
  return value;
}

/** No model has more layers; a larger number would only take memory before the missing weights are noticed. */
const MOST_LAYERS = 10_000;

/**
 * A number of layers.
 *
 * @throws {InputError} when it is no whole number of at least one, or none that a model has
 */
export function layersEntry(json: ConfigJson, name: string, fallback?: number): number {
  const value = countEntry(json, name, fallback);
  if (value > MOST_LAYERS) {
    throw new InputError(`config.json needs at most ${MOST_LAYERS} layers as "${name}", found ${value}.`);
  }
  return value;
}
