/**
 * The embedded suite "disjoint": every task answers with words of its own.
 *
 * @module
 */
import { Random } from "../tensor/random.ts";
import { drawTaskWords, type EmbeddedSuiteOptions } from "./embedded_suite_options.ts";
import { grammarTask } from "./grammar_task.ts";
import { FIELDS, LABEL_WORDS } from "./grammar_words.ts";
import type { Suite } from "./suite.ts";
import { displayedSuite } from "./suite_display.ts";

/**
 * Every task asks about a field of its own and answers with four label words of its own. Nothing contradicts;
 * what is forgotten is which words to answer with.
 *
 * @param options at most 10 tasks
 */
export function disjointSuite(options: EmbeddedSuiteOptions = {}): Suite {
  const { seed = 1, tasks = 4, ...sizes } = options;
  const random = new Random(seed, "disjoint");
  const most = Math.min(FIELDS.length, LABEL_WORDS.length / 4);
  const taskWords = drawTaskWords(random, "disjoint", { tasks, most });
  const fields = random.sample(FIELDS, tasks);
  const labelWords = random.sample(LABEL_WORDS, 4 * tasks);
  const seenTexts = new Set<string>();
  return displayedSuite({
    name: "disjoint",
    description: `${tasks} tasks, each about a field of its own, each with four answer words of its own.`,
    tasks: fields.map((field, index) =>
      grammarTask(random.fork(`task ${index + 1}`), {
        taskWord: taskWords[index],
        field,
        labels: labelWords.slice(4 * index, 4 * index + 4),
        seenTexts,
        ...sizes,
      })
    ),
  });
}
