/**
 * What the embedded suites have in common: their options, and the names of their tasks.
 *
 * @module
 */
import { InputError } from "../errors/input_error.ts";
import type { Random } from "../tensor/random.ts";
import type { SplitSizes } from "./grammar_task.ts";
import { TASK_WORDS } from "./grammar_words.ts";

/** Options of the embedded suites. */
export interface EmbeddedSuiteOptions extends SplitSizes {
  /** Redraws fields, label words, mappings and rows. Default 1. */
  readonly seed?: number;
  /** How many tasks. Default 4. */
  readonly tasks?: number;
}

/**
 * Checks how many tasks are asked for and draws a name for each.
 *
 * @throws {InputError} for a number of tasks that the suite cannot have
 */
export function drawTaskWords(
  random: Random,
  suite: string,
  options: { tasks: number; most: number },
): string[] {
  const { tasks, most } = options;
  if (!Number.isInteger(tasks) || tasks < 1 || tasks > most) {
    throw new InputError(`Cannot make the suite "${suite}" with ${tasks} tasks; it can have 1 to ${most}.`);
  }
  return random.sample(TASK_WORDS, tasks);
}
