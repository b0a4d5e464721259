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

/**
 * Reads the tally from the output of `deno test`. A run that failed before or outside of any test counts as
 * one failure.
 */
export function readTally(output: string, exitCode: number): Tally {
  // deno-lint-ignore no-control-regex
  const plain = output.replaceAll(/\x1b\[[0-9;]*m/g, "");
  const last = [...plain.matchAll(/^(?:ok|FAILED) \| (\d+) passed.*? \| (\d+) failed/gm)].at(-1);
  const [passed, failed] = last ? [Number(last[1]), Number(last[2])] : [0, 0];
  return { passed, failed: exitCode !== 0 && failed === 0 ? 1 : failed };
}
