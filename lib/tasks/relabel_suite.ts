/**
 * The embedded suite "relabel": the second half of the tasks asks the first half's questions again, with other
 * answers.
 *
 * @module
 */
import { Random } from "../tensor/random.ts";
import { drawTaskWords, type EmbeddedSuiteOptions } from "./embedded_suite_options.ts";
import { grammarTask } from "./grammar_task.ts";
import { FIELDS, LABEL_WORDS, TASK_WORDS } from "./grammar_words.ts";
import type { Suite } from "./suite.ts";
import { displayedSuite } from "./suite_display.ts";

/**
 * All tasks answer with the same four label words. The first half (rounded up) asks about different fields; the
 * second half asks about the same fields in the same order, each by another permutation than before, so that
 * only the task's name tells which mapping holds.
 *
 * @param options at most 20 tasks
 */
export function relabelSuite(options: EmbeddedSuiteOptions = {}): Suite {
  const { seed = 1, tasks = 4, ...sizes } = options;
  const random = new Random(seed, "relabel");
  const most = Math.min(2 * FIELDS.length, TASK_WORDS.length);
  const taskWords = drawTaskWords(random, "relabel", { tasks, most });
  const firstHalf = Math.ceil(tasks / 2);
  const fields = random.sample(FIELDS, firstHalf);
  const labelWords = random.sample(LABEL_WORDS, 4);
  const mappings: string[][] = [];
  for (let index = 0; index < tasks; index++) {
    let mapping = random.shuffle(labelWords);
    while (`${mapping}` === `${mappings[index - firstHalf]}`) mapping = random.shuffle(labelWords);
    mappings.push(mapping);
  }
  const seenTexts = new Set<string>();
  return displayedSuite({
    name: "relabel",
    description:
      `${tasks} tasks with the same four answer words; the second half asks about the fields of the ` +
      "first half again, by another mapping.",
    tasks: mappings.map((labels, index) =>
      grammarTask(random.fork(`task ${index + 1}`), {
        taskWord: taskWords[index],
        field: fields[index % firstHalf],
        labels,
        seenTexts,
        ...sizes,
      })
    ),
  });
}
