import { assert, assertEquals, assertThrows } from "@std/assert";
import { exactMatch, normaliseAnswer } from "../../lib/tasks/exact_match.ts";
import { afterAnswer, makePrompt, PROMPT_TYPES } from "../../lib/tasks/prompt.ts";
import { type CaseRecord, loadCase, sharedCases } from "../golden_case.ts";

const shipped = new URL("../golden", import.meta.url).pathname;

function check(root: string, least: number): void {
  const cases = (name: string): CaseRecord["config"][] =>
    loadCase(`${root}/prompt/${name}`).case.config.cases;
  const prompts = cases("prompts");
  assert(prompts.length >= least);
  for (const { task, dataset, sentence, labels, prompt, addTaskName, addDatasetName } of prompts) {
    const options = { taskLine: addTaskName, datasetLine: addDatasetName };
    assertEquals(makePrompt({ type: task, dataset, sentence, labels }, options), prompt);
  }
  assertEquals([...new Set(prompts.map(({ task }) => task))].sort(), [...PROMPT_TYPES].sort());
  for (const { prediction, label, match, normalised } of cases("exact-match")) {
    assertEquals([normaliseAnswer(prediction), normaliseAnswer(label)], normalised);
    assertEquals(exactMatch(prediction, label), match);
  }
  for (const { decoded, kept } of cases("after-answer")) assertEquals(afterAnswer(decoded), kept);
}

Deno.test("prompts, matches and answers are as the released code makes them", () => check(shipped, 18));

Deno.test("prompts, matches and answers are as in all shared cases", () => {
  const shared = sharedCases("prompt");
  if (shared) check(shared, 43);
});

Deno.test("the option line can be left out", () => {
  const sample = { type: "TC", dataset: "agnews", sentence: "Rain.", labels: ["World", "Sports"] };
  assertEquals(
    makePrompt(sample, { optionLine: false, taskLine: false, datasetLine: false }),
    "What is the topic of the following paragraph? Choose one from the option.\nRain.\nAnswer:",
  );
});

Deno.test("a task type without a prompt is refused", () => {
  const sample = { dataset: "a", sentence: "b", labels: [] };
  assertThrows(
    () => makePrompt({ ...sample, type: "QA" }),
    RangeError,
    "there are prompts for BoolQA, COPA,",
  );
  assertThrows(() => makePrompt({ ...sample, type: "toString" }), RangeError, "toString");
});

Deno.test("exact match knows Python's white space", () => {
  assertEquals(normaliseAnswer("a\u001cb\u0085c\u00a0d\u2003e\u3000f"), "a b c d e f");
  assertEquals(normaliseAnswer("a\ufeffb\u200bc"), "a\ufeffb\u200bc");
});
