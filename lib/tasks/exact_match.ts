/**
 * Whether an answer is the label, as the published evaluation decides it.
 *
 * @module
 */

// Python's string.punctuation, and the characters on which str.split() splits: those that Unicode calls white
// space, and the four information separators.
const PUNCTUATION = /[!-/:-@[-`{-~]/g;
const WHITESPACE = new RegExp(String.raw`[\p{White_Space}\x1c-\x1f]+`, "u");

/**
 * Lower-cases, deletes ASCII punctuation, and squeezes whitespace to single spaces with none at the ends.
 * It does what Python's `str.lower` and `str.split` do.
 */
export function normaliseAnswer(text: string): string {
  return text.toLowerCase().replace(PUNCTUATION, "").split(WHITESPACE).filter((word) => word !== "").join(
    " ",
  );
}

/**
 * Whether prediction and label are equal after {@linkcode normaliseAnswer}.
 *
 * @example Case and full stops do not count
 * ```ts
 * import { exactMatch } from "gorp";
 * if (!exactMatch("world.", "World")) throw new Error("should match");
 * if (exactMatch("the world", "World")) throw new Error("should not match");
 * ```
 */
export function exactMatch(prediction: string, label: string): boolean {
  return normaliseAnswer(prediction) === normaliseAnswer(label);
}
