/** Prompts and answers of the text benchmark. @module */
import { exactMatch, normaliseAnswer } from "../../tasks/exact_match.ts";
import { afterAnswer, makePrompt } from "../../tasks/prompt.ts";
import type { Checker } from "../checker.ts";

/** Rows of three sorts, told apart by what they have: prompts, predictions with labels, decoded texts. */
export const checkPrompt: Checker = ({ config }, comparison) => {
  for (const [i, row] of config.cases.entries()) {
    const name = (part: string) => `${part} of row ${i + 1}`;
    if ("prompt" in row) {
      const { task: type, dataset, sentence, labels, addTaskName, addDatasetName } = row;
      const options = { taskLine: addTaskName, datasetLine: addDatasetName };
      comparison.equal(name("prompt"), makePrompt({ type, dataset, sentence, labels }, options), row.prompt);
    }
    if ("prediction" in row) {
      const { prediction, label, match, normalised } = row;
      comparison.equal(name("match"), exactMatch(prediction, label), match);
      const found = [normaliseAnswer(prediction), normaliseAnswer(label)];
      if (normalised) comparison.equal(name("normalised"), found, normalised);
    }
    if ("decoded" in row) comparison.equal(name("kept"), afterAnswer(row.decoded), row.kept);
  }
};
