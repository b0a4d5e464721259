/** Entries of a Hugging Face `config.json`. @module */
import { InputError } from "../errors/input_error.ts";

/** The contents of a `config.json`. */
export type ConfigJson = Readonly<Record<string, unknown>>;

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
