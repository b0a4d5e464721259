/**
 * One shape for all batches of a suite, so that a recorded training step can be replayed with each of them.
 *
 * @module
 */
import type { Tokenizer } from "../text/tokenizer.ts";
import { encoderDecoderForm, type RowForm } from "./row_form.ts";
import type { Task } from "./task.ts";

/** The tokens that sources and targets of a suite need, end tokens included. */
export interface Lengths {
  /** For {@linkcode CollateOptions.sourceLength}. */
  readonly sourceLength: number;
  /** For {@linkcode CollateOptions.targetLength}. */
  readonly targetLength: number;
}

/**
 * The longest source and the longest label of all splits of all tasks, at most the given maxima.
 *
 * @param tasks for example `suite.tasks`
 * @param tokenizer the model's tokenizer
 * @param options maxima, by default those of the published runs: 512 source and 50 target tokens; the form of rows
 */
export function fixedLengths(
  tasks: readonly Task[],
  tokenizer: Tokenizer,
  options: { readonly maximumSource?: number; readonly maximumTarget?: number; readonly form?: RowForm } = {},
): Lengths {
  const { maximumSource = 512, maximumTarget = 50, form = encoderDecoderForm(tokenizer) } = options;
  const around = form.before.length + form.after.length;
  let sourceLength = 1;
  let targetLength = 1;
  for (const task of tasks) {
    for (const label of task.labels) {
      targetLength = Math.max(targetLength, form.answer(label).length);
    }
    for (const example of [...task.train, ...task.dev, ...task.test]) {
      if (sourceLength >= maximumSource) break;
      sourceLength = Math.max(sourceLength, tokenizer.encode(example.source).length + around);
    }
  }
  return {
    sourceLength: Math.min(sourceLength, maximumSource),
    targetLength: Math.min(targetLength, maximumTarget),
  };
}
