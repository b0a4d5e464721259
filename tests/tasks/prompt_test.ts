import { assertEquals, assertThrows } from "@std/assert";
import { normaliseAnswer } from "../../lib/tasks/exact_match.ts";
import { makePrompt } from "../../lib/tasks/prompt.ts";

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
