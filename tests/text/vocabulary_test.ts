import { assert, assertEquals, assertThrows } from "@std/assert";
import { buildVocabulary } from "../../lib/text/vocabulary.ts";

const texts = ["Rain, rain and wind.", "Wind and snow!", "rain"];

Deno.test("a vocabulary holds special words, required words, then the most frequent words", () => {
  const tokenizer = buildVocabulary(texts, { size: 9, required: ["Very Wet"], sentinels: 1 });
  assertEquals(tokenizer.words, [
    "<pad>",
    "</s>",
    "<unk>",
    "<extra_id_0>",
    "very",
    "wet",
    "rain",
    "and",
    "wind",
  ]);
  assertEquals(tokenizer.encode("VERY rain snow"), [4, 6, 2]);
});

Deno.test("a vocabulary larger than the texts holds every word once", () => {
  const tokenizer = buildVocabulary(texts, { sentinels: 0, required: ["rain"] });
  assertEquals([...tokenizer.words].sort(), [
    "!",
    ",",
    ".",
    "</s>",
    "<pad>",
    "<unk>",
    "and",
    "rain",
    "snow",
    "wind",
  ]);
});

Deno.test("the order of the texts does not matter", () => {
  assertEquals(buildVocabulary(texts.toReversed()).words, buildVocabulary(texts).words);
});

Deno.test("special words in the texts are not doubled", () => {
  const tokenizer = buildVocabulary(["<unk> rain </s>"], { sentinels: 0 });
  assertEquals(new Set(tokenizer.words).size, tokenizer.vocabularySize);
  assert(tokenizer.words.includes("<"));
});

Deno.test("a size that the required words exceed is refused", () => {
  assertThrows(() => buildVocabulary(texts, { size: 34 }), RangeError, "alone are 35");
});
