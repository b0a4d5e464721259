import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { rougeL } from "../../lib/tasks/rouge_l.ts";

Deno.test("ROUGE-L is that of Google's rouge_score", async () => {
  const path = new URL("../golden/rouge-l/pairs.json", import.meta.url);
  const pairs = JSON.parse(await Deno.readTextFile(path));
  assert(pairs.length >= 40);
  for (const pair of pairs) assertAlmostEquals(rougeL(pair.prediction, pair.label), pair.rougeL, 1e-12);
});

Deno.test("ROUGE-L is symmetric, from 0 to 1, and 1 for the same words", () => {
  const text = fc.array(fc.constantFrom("rain", "snow", "sun"), { maxLength: 8 }).map((words) =>
    words.join(" ")
  );
  fc.assert(fc.property(text, text, (a, b) => {
    const value = rougeL(a, b);
    assertEquals(value, rougeL(b, a));
    assert(value >= 0 && value <= 1);
    if (a !== "") assertEquals(rougeL(a, a), 1);
  }));
});
