/** How a failed command ends. @module */

/** Names of errors that tell of what was given or of the machine, not of a mistake in the kit. */
const EXPECTED = new Set([
  "UsageError",
  "InputError",
  "NotFound",
  "PermissionDenied",
  "NotADirectory",
  "IsADirectory",
  "AlreadyExists",
  "NotCapable",
  "InvalidData",
  "Busy",
  "DeviceError",
]);

/** Exit code of an interrupted program: 128 and the number of SIGINT. */
export const INTERRUPTED = 130;

/** System errors that are the surroundings' fault: full, read-only or absent folders. */
const EXPECTED_CODES = new Set([
  "ENOSPC",
  "EDQUOT",
  "EACCES",
  "EPERM",
  "EROFS",
  "ENOENT",
  "ENOTDIR",
  "EISDIR",
]);

/**
 * The exit code for an error that ended a command: 2 for a wrong command line, wrong or missing input, or a
 * folder that cannot be used; 3 for no adapter; 130 for an interruption; 1 for the rest, mistakes in the kit among
 * them. An error with a cause counts as its cause does.
 */
export function exitCode(error: unknown): number {
  if (!(error instanceof Error)) return 1;
  if (error.name === "NoAdapterError") return 3;
  if (error.name === "AbortError") return INTERRUPTED;
  if (EXPECTED.has(error.name) || "code" in error && EXPECTED_CODES.has(String(error.code))) return 2;
  return exitCode(error.cause);
}

/** Names of errors that JavaScript itself raises where a program is wrong, or a function is called wrongly. */
const MISTAKES = new Set([
  "TypeError",
  "RangeError",
  "ReferenceError",
  "SyntaxError",
  "URIError",
  "EvalError",
]);

/** Whether an error tells of a mistake in the kit: of none of the expected kinds, and raised by the language. */
export function isMistake(error: unknown): boolean {
  if (!(error instanceof Error) || exitCode(error) !== 1) return false;
  return MISTAKES.has(error.name) || isMistake(error.cause);
}

/** What went wrong, in one line. */
export function errorSentence(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.trim().replaceAll(/\s*\n\s*/g, " ");
}
