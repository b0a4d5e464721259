/** How a failed command ends. @module */

/** Names of errors that tell of what was given or of the machine, not of a mistake in the kit. */
const EXPECTED = new Set([
  "UsageError",
  "TypeError",
  "RangeError",
  "SyntaxError",
  "URIError",
  "NotFound",
  "PermissionDenied",
  "NotADirectory",
  "IsADirectory",
  "AlreadyExists",
  "NotCapable",
  "InvalidData",
]);

/** Exit code of an interrupted program: 128 and the number of SIGINT. */
export const INTERRUPTED = 130;

/**
 * The exit code for an error that ended a command: 2 for a wrong command line, wrong or missing input, or a
 * full disk; 3 for no adapter; 130 for an interruption; 1 for the rest.
 */
export function exitCode(error: unknown): number {
  if (!(error instanceof Error)) return 1;
  if (error.name === "NoAdapterError") return 3;
  if (error.name === "AbortError") return INTERRUPTED;
  if (EXPECTED.has(error.name) || isDiskFull(error)) return 2;
  return 1;
}

/** The error in one line, with its causes; a full disk is called so. */
export function errorSentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = isDiskFull(error) ? `The disk is full: ${error.message}` : error.message || error.name;
  const cause = error.cause === undefined ? "" : ` (${errorSentence(error.cause)})`;
  return text.replaceAll(/\s*\n\s*/g, " ") + cause;
}

function isDiskFull(error: Error): boolean {
  return "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");
}
