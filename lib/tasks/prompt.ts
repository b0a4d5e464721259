/**
 * Prompts of the text continual-learning benchmark, letter by letter as in the published runs.
 *
 * @module
 */
import { InputError } from "../errors/input_error.ts";

/** The fixed question of each task type. COPA's samples hold their question themselves. */
const QUESTIONS: Readonly<Record<string, string | null>> = {
  BoolQA: "According to the following passage, is the question true or false? Choose one from the option.",
  COPA: null,
  MultiRC: "According to the following passage and question, is the candidate answer true or false? " +
    "Choose one from the option.",
  NLI: 'What is the logical relationship between the "sentence 1" and the "sentence 2"? ' +
    "Choose one from the option.",
  QQP: 'Whether the "first sentence" and the "second sentence" have the same meaning? ' +
    "Choose one from the option.",
  SC: "What is the sentiment of the following paragraph? Choose one from the option.",
  TC: "What is the topic of the following paragraph? Choose one from the option.",
  WiC: "Given a word and two sentences, whether the word is used with the same sense in both sentence? " +
    "Choose one from the option.",
};

/** The last line of every prompt. */
const ANSWER = "Answer:";

/** The task types that have prompts. */
export const PROMPT_TYPES: readonly string[] = Object.keys(QUESTIONS);

/** One sample of a dataset. */
export interface Sample {
  /** The task type, the benchmark's folder: `TC`, `SC`, `NLI`, … */
  readonly type: string;
  /** The dataset's name, for example `agnews`. */
  readonly dataset: string;
  /** The sample text as in the file. */
  readonly sentence: string;
  /** All labels, in the order of `labels.json`. */
  readonly labels: readonly string[];
}

/** Which lines a prompt begins with. */
export interface PromptOptions {
  /** The line `Task:` and the type. Default true. */
  readonly taskLine?: boolean;
  /** The line `Dataset:` and the name. Default true. */
  readonly datasetLine?: boolean;
  /** The line that lists the labels. Default true, as published. */
  readonly optionLine?: boolean;
}

/**
 * The prompt of a sample: task line, dataset line, question, option line, sample text, `Answer:`.
 *
 * @throws {InputError} for a task type without a prompt
 *
 * @example A topic
 * ```ts
 * import { makePrompt } from "gorp";
 * const sample = { type: "TC", dataset: "agnews", sentence: "Rain at noon.", labels: ["World", "Sports"] };
 * const lines = makePrompt(sample).split("\n");
 * if (lines[3] !== "Option: World, Sports " || lines[5] !== "Answer:") throw new Error("not as published");
 * ```
 */
export function makePrompt(sample: Sample, options: PromptOptions = {}): string {
  const { taskLine = true, datasetLine = true, optionLine = true } = options;
  if (!Object.hasOwn(QUESTIONS, sample.type)) {
    throw new InputError(
      `Cannot make a prompt for the task type "${sample.type}"; there are prompts for ${
        PROMPT_TYPES.join(", ")
      }.`,
    );
  }
  const question = QUESTIONS[sample.type];
  const lines: string[] = [];
  if (taskLine) lines.push(`Task:${sample.type}`);
  if (datasetLine) lines.push(`Dataset:${sample.dataset}`);
  if (question !== null) {
    lines.push(question);
    // The space at the line's end is in the published prompts.
    if (optionLine) lines.push(`Option: ${sample.labels.join(", ")} `);
  }
  lines.push(sample.sentence, ANSWER);
  return lines.join("\n");
}

/**
 * What a decoder-only model answered, given its whole decoded text: what stands after the last `Answer:`,
 * without whitespace around it, and nothing if there is none.
 */
export function afterAnswer(decoded: string): string {
  const position = decoded.lastIndexOf(ANSWER);
  return position < 0 ? "" : decoded.slice(position + ANSWER.length).trim();
}
