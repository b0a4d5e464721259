/** Errors of whoever typed the command line. @module */

/** A command line that cannot be run as given; the program ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
