/** The closing line of tests and checks. @module */

/** How many passed and how many failed. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/** The line that programs look for: `12 passed, 0 failed`. */
export function tallyLine(tally: Tally): string {
  return `${tally.passed} passed, ${tally.failed} failed`;
}

/** Exit codes of a process that was ended by SIGABRT or SIGSEGV. */
const CRASHES = [134, 139];

/**
 * Reads the tally from the output of `deno test`. A run that failed before or outside of any test counts as
 * one failure.
 *
 * A crash after the summary that all tests passed does not count: seldom, as the process ends, something that a
 * thread of the runtime keeps for itself is freed wrongly (in `__nptl_deallocate_tsd`). Whose it is, is not known.
 */
export function readTally(output: string, exitCode: number): Tally {
  // deno-lint-ignore no-control-regex
  const plain = output.replaceAll(/\x1b\[[0-9;]*m/g, "");
  const last = [...plain.matchAll(/^(?:ok|FAILED) \| (\d+) passed.*? \| (\d+) failed/gm)].at(-1);
  const [passed, failed] = last ? [Number(last[1]), Number(last[2])] : [0, 0];
  const isOver = last?.[0].startsWith("ok") && CRASHES.includes(exitCode);
  return { passed, failed: exitCode !== 0 && failed === 0 && !isOver ? 1 : failed };
}
