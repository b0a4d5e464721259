/** A line of a program's output that changes in place. @module */

/** Milliseconds between two lines where lines cannot be rewritten. */
const LOG_PAUSE = 5000;

/** Where a line is written; for tests. */
export interface TerminalOutput {
  /** Characters that fit into a line that is rewritten; undefined where lines cannot be rewritten. */
  readonly columns: number | undefined;
  write(text: string): void;
  /** Milliseconds. */
  now(): number;
}

/** On a terminal, rewrites one line of stderr; elsewhere, writes a new one every few seconds and at the end. */
export function terminalLine(
  output: TerminalOutput = standardError(),
): (text: string, last: boolean) => void {
  let length = 0;
  let written = output.now();
  return (text, last) => {
    if (output.columns !== undefined) {
      const fitted = text.slice(0, output.columns - 1);
      output.write(`\r${fitted.padEnd(length)}${last ? "\n" : ""}`);
      length = fitted.length;
    } else if (last || output.now() - written >= LOG_PAUSE) {
      written = output.now();
      output.write(`${text}\n`);
    }
  };
}

function standardError(): TerminalOutput {
  const encoder = new TextEncoder();
  return {
    columns: Deno.stderr.isTerminal() ? Deno.consoleSize().columns : undefined,
    write: (text) => void Deno.stderr.writeSync(encoder.encode(text)),
    now: () => performance.now(),
  };
}
