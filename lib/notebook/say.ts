/** Sentences with measured numbers. @module */
import { currentSink } from "./sink.ts";

/**
 * Shows a text as prose in the cell of a notebook, with Markdown and formulas between dollar signs; in a program,
 * prints it. For sentences that state what was measured.
 *
 * @returns when the output is safe, even if the cell ends at once: await it
 *
 * @example An answer
 * ```ts
 * import { say } from "gorp";
 * const error = 3.2e-7;
 * await say(`The largest error is **${error.toExponential(1)}**.`);
 * ```
 */
export async function say(text: string): Promise<void> {
  const sink = currentSink();
  sink.display({ "text/markdown": text, "text/plain": text.replaceAll("**", "") });
  await sink.settle();
}
