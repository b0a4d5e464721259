/**
 * The embedded suite "conflict", the default: all tasks answer with the same words and mean different things.
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
 * Every task asks about a field of its own and answers with the same four label words, by a permutation of its
 * own. Learning one task well pulls on the answers of the others.
 *
 * @param options at most 10 tasks
 */
export function conflictSuite(options: EmbeddedSuiteOptions = {}): Suite {
  const { seed = 1, tasks = 4, ...sizes } = options;
  const random = new Random(seed, "conflict");
  const taskWords = drawTaskWords(random, "conflict", { tasks, most: FIELDS.length });
  const fields = random.sample(FIELDS, tasks);
  const labelWords = random.sample(LABEL_WORDS, 4);
  const seenTexts = new Set<string>();
  return displayedSuite({
    name: "conflict",
    description: `${tasks} tasks, each about a field of its own; all answer with the same four words, ` +
      "each by a mapping of its own.",
    tasks: fields.map((field, index) =>
      grammarTask(random.fork(`task ${index + 1}`), {
        taskWord: taskWords[index],
        field,
        labels: random.shuffle(labelWords),
        seenTexts,
        ...sizes,
      })
    ),
  });
}
