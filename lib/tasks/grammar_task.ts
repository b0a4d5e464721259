/**
 * One task of an embedded suite: which value does the text show of one field, answered in label words.
 *
 * @module
 */
import type { Random } from "../tensor/random.ts";
import { question } from "./grammar.ts";
import { type Field, INSTRUCTION_WORDS, type Value } from "./grammar_words.ts";
import type { Example, Task } from "./task.ts";

/** How many rows the splits of an embedded task have. */
export interface SplitSizes {
  /** Default 2000. */
  readonly trainRows?: number;
  /** Default 300. */
  readonly devRows?: number;
  /** Default 300. */
  readonly testRows?: number;
}

/** What distinguishes one task from another. */
export interface GrammarTaskOptions extends SplitSizes {
  /** The first word of its prompts. */
  readonly taskWord: string;
  /** What it asks about. */
  readonly field: Field;
  /** The answer for each of the field's values, in their order. */
  readonly labels: readonly string[];
  /** Texts that are taken already; the task's own are added. Default: none. */
  readonly seenTexts?: Set<string>;
}

/** Tokens of an embedded prompt, end token included, never exceed this. */
export const EMBEDDED_SOURCE_LENGTH = 20;

/** Tokens of an embedded label, end token included. */
export const EMBEDDED_TARGET_LENGTH = 2;

/**
 * Draws a task's rows. No text occurs twice, in one split or in two, and each split holds each label equally
 * often (to within one row).
 *
 * @param random draws texts and their order
 * @param options see {@linkcode GrammarTaskOptions}
 */
export function grammarTask(random: Random, options: GrammarTaskOptions): Task {
  const { taskWord, field, labels, trainRows = 2000, devRows = 300, testRows = 300 } = options;
  const seen = options.seenTexts ?? new Set<string>();
  const rows = (count: number): Example[] => {
    const numbers = random.shuffle(Array.from({ length: count }, (_, row) => row % labels.length));
    return numbers.map((number) => ({
      source: prompt(taskWord, field, newText(random, field, field.values[number], seen)),
      label: labels[number],
    }));
  };
  return {
    name: `${taskWord}-${field.name}`,
    type: field.name,
    labels: [...labels].sort(),
    train: rows(trainRows),
    dev: rows(devRows),
    test: rows(testRows),
  };
}

function newText(random: Random, field: Field, value: Value, seen: Set<string>): string {
  for (;;) {
    const text = question(random, { field, value }).text.join(" ");
    if (seen.has(text)) continue;
    seen.add(text);
    return text;
  }
}

function prompt(taskWord: string, field: Field, text: string): string {
  const { kind, colon, answer } = INSTRUCTION_WORDS;
  return `${taskWord} ${kind} ${field.name} ${colon} ${text} ${answer}`;
}
