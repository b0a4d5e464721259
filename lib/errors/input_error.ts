/** Telling wrong input from mistakes in the kit. @module */

/**
 * What was given cannot be used: a name, a number, a setting, the contents of a file. Thrown where input enters, in one
 * sentence: what was attempted, what was found, what is needed. Any other error, a plain `RangeError` or `TypeError`
 * included, is a mistake of the program that called, and the command line treats it as one.
 *
 * @example Telling them apart
 * ```ts
 * import { gorp, InputError } from "gorp";
 * try {
 *   gorp({ options: { loraRank: 0 } });
 * } catch (error) {
 *   if (!(error instanceof InputError)) throw error;
 *   console.log(error.message); // loraRank must be a whole number of at least 1; 0 was given.
 * }
 * ```
 */
export class InputError extends RangeError {
  override readonly name = "InputError";
}
