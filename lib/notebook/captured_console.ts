/** The global console, writing into a sink. @module */
import { denoInternals } from "./deno_internals.ts";
import type { Sink } from "./output.ts";

/** Deno's console class: hands every text, with the line's end, to one function. Level 2 and above is stderr. */
type ConsoleClass = new (print: (text: string, level: number) => void) => Console;

/**
 * Makes every method of the global `console` write into a sink, formatted as always, until disposed. Where
 * this version of Deno does not offer its console class, nothing changes.
 */
export function captureConsole(sink: Sink): Disposable {
  const ConsoleClass = denoInternals()?.Console as ConsoleClass | undefined;
  if (typeof ConsoleClass !== "function") return { [Symbol.dispose]() {} };
  const before = { ...console };
  const capturing = new ConsoleClass((text, level) => sink.write(text, level >= 2 ? "stderr" : "stdout"));
  Object.assign(console, capturing);
  return { [Symbol.dispose]: () => void Object.assign(console, before) };
}
