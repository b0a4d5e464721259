/**
 * A word tokenizer for tasks on real texts.
 *
 * @module
 */
import { buildVocabulary, type VocabularyOptions } from "../text/vocabulary.ts";
import type { WordTokenizer } from "../text/word_tokenizer.ts";
import { makePrompt, PROMPT_TYPES } from "./prompt.ts";
import type { Task } from "./task.ts";

/**
 * The most frequent words of the tasks' training prompts. The words of all labels, and of all fixed parts of the
 * prompts, have an id however rare they are.
 *
 * @param tasks for example of `loadClBenchmark`; only their training rows are read
 * @param options size of the vocabulary (8000) and number of sentinels (32)
 */
export function taskTokenizer(
  tasks: readonly Task[],
  options: Omit<VocabularyOptions, "required"> = {},
): WordTokenizer {
  const required = tasks.flatMap((task) => {
    const { type, name: dataset, labels } = task;
    return PROMPT_TYPES.includes(type)
      ? [...labels, makePrompt({ type, dataset, sentence: "", labels })]
      : labels;
  });
  const texts = tasks.flatMap((task) => task.train.map((example) => example.source));
  return buildVocabulary(texts, { ...options, required });
}
