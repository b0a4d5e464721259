/** What the cells of a notebook that runs without a kernel tell about themselves. @module */
import { displaySymbol, isDisplayable } from "./output.ts";
import { type Output, recordingSink } from "./recording_sink.ts";
import { isFigure, show } from "./show.ts";

/** What happens in the process that runs the cells. */
export type CellEvent =
  | { readonly type: "begin"; readonly cell: number }
  | { readonly type: "end"; readonly cell: number; readonly outputs: readonly Output[] }
  | { readonly type: "fail"; readonly cell: number; readonly error: string; readonly stack: string };

// One process runs one notebook, hence these belong to the process.
let report: (event: CellEvent) => void = () => {};
let current = 0;
let last: unknown;

/** Where the cells' output goes. */
export const recorder = recordingSink();

/** Sends what happens somewhere. */
export function reportWith(send: (event: CellEvent) => void): void {
  report = send;
}

/** A cell begins. */
export function begin(cell: number): void {
  current = cell;
  last = undefined;
  report({ type: "begin", cell });
}

/** Keeps the value of a cell's last expression. */
export function value(value: unknown): void {
  last = value;
}

/** The cell ends: its value is shown, as a kernel does. */
export async function end(): Promise<void> {
  if (isFigure(last)) {
    await show(last);
  } else if (last !== undefined) {
    recorder.result(isDisplayable(last) ? await last[displaySymbol]() : { "text/plain": Deno.inspect(last) });
  }
  report({ type: "end", cell: current, outputs: recorder.take() });
}

/** The cell fails. */
export function fail(error: unknown): void {
  const known = error instanceof Error;
  report({
    type: "fail",
    cell: current,
    error: known ? `${error.name}: ${error.message}` : Deno.inspect(error),
    stack: known ? error.stack ?? "" : "",
  });
}
