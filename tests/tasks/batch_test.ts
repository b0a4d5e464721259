import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { NO_LOSS } from "../../lib/tasks/batch.ts";
import { batches } from "../../lib/tasks/batches.ts";
import { collate } from "../../lib/tasks/collate.ts";
import { embeddedTokenizer } from "../../lib/tasks/embedded_tokenizer.ts";
import { fitSource } from "../../lib/tasks/fit_source.ts";
import { fixedLengths } from "../../lib/tasks/fixed_lengths.ts";
import { Random } from "../../lib/tensor/random.ts";

const tokenizer = embeddedTokenizer();
const [near, rain, snow, answer] = tokenizer.encode("near rain snow answer");
const examples = [{ source: "near rain", label: "rain" }, { source: "near", label: "rain snow" }];

Deno.test("a batch is filled up to its longest rows, with a mask and without a loss on padding", () => {
  const batch = collate(examples, tokenizer);
  assertEquals([batch.size, batch.sourceLength, batch.targetLength], [2, 3, 3]);
  assertEquals([...batch.inputIds], [near, rain, 1, near, 1, 0]);
  assertEquals([...batch.attentionMask], [1, 1, 1, 1, 1, 0]);
  assertEquals([...batch.labels], [rain, 1, NO_LOSS, rain, snow, 1]);
});

Deno.test("a batch has the lengths and rows it is given; added rows have no loss", () => {
  const batch = collate(examples, tokenizer, { sourceLength: 4, targetLength: 3, rows: 3 });
  assertEquals(batch.size, 3);
  assertEquals([...batch.inputIds.subarray(8)], [near, 1, 0, 0]);
  assertEquals([...batch.attentionMask.subarray(8)], [1, 1, 0, 0]);
  assertEquals([...batch.labels.subarray(6)], [NO_LOSS, NO_LOSS, NO_LOSS]);
});

Deno.test("an over-long prompt keeps its last word, or loses its end as published", () => {
  const long = [{ source: "near rain snow snow answer", label: "rain" }];
  assertEquals([...collate(long, tokenizer, { sourceLength: 4 }).inputIds], [near, rain, answer, 1]);
  const right = collate(long, tokenizer, { sourceLength: 4, truncation: "right" });
  assertEquals([...right.inputIds], [near, rain, snow, 1]);
});

Deno.test("a label is never cut unless that is asked for", () => {
  assertThrows(
    () => collate(examples, tokenizer, { targetLength: 2 }),
    RangeError,
    '"rain snow" needs 3 tokens with its end token, but targetLength is 2',
  );
  const cut = collate(examples, tokenizer, { targetLength: 2, truncation: "right" });
  assertEquals([...cut.labels], [rain, 1, rain, snow]);
});

Deno.test("no examples are no batch", () => {
  assertThrows(() => collate([], tokenizer), RangeError, "at least one");
});

Deno.test("any prompt is cut to its limit, keeps its last word, and loses no more than it must", () => {
  const words = fc.array(fc.constantFrom("near", "rain", "a-b-c", "snow...", "12.5"), { maxLength: 60 });
  const separators = fc.constantFrom(" ", "\n", "  ");
  fc.assert(fc.property(words, separators, fc.integer({ min: 2, max: 40 }), (sample, separator, limit) => {
    const source = [...sample, "Answer:"].join(separator);
    const ids = fitSource(source, tokenizer, { limit });
    const whole = tokenizer.encode(source);
    assert(ids.length <= limit);
    if (whole.length <= limit) return assertEquals(ids, whole);
    assertEquals(ids.slice(-2), whole.slice(-2)); // the last word: "Answer" and the colon
    assertEquals(ids.slice(0, -2), whole.slice(0, ids.length - 2));
    // A word here has at most 5 tokens, so a cut between words leaves at most 4 places free.
    assert(ids.length >= limit - 4, `${ids.length} of ${limit}`);
  }));
});

Deno.test("a limit below the last word cuts the prompt on the right", () => {
  assertEquals(fitSource("near rain-rain", tokenizer, { limit: 2 }), [near, rain]);
  assertEquals(fitSource("near-rain", tokenizer, { limit: 1 }), [near]);
  assertEquals(fitSource("near", tokenizer, { limit: 0 }), []);
});

Deno.test("batches: every epoch holds each item once, whatever the batch size", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 15 }),
      fc.integer(),
      (count, size, seed) => {
        const items = Array.from({ length: count }, (_, item) => item);
        const all = [...batches(items, { size, steps: 2 * count, random: new Random(seed) })];
        assert(all.every((batch) => batch.length === size));
        const seen = all.flat();
        for (let start = 0; start + count <= seen.length; start += count) {
          assertEquals(seen.slice(start, start + count).sort((a, b) => a - b), items);
        }
      },
    ),
  );
});

Deno.test("batches: epochs differ, seeds differ, and resuming gives the same steps", () => {
  const items = Array.from({ length: 20 }, (_, item) => item);
  const draw = (
    seed: number,
    firstStep = 0,
  ) => [...batches(items, { size: 6, steps: 10, random: new Random(seed, "rows"), firstStep })];
  const whole = draw(1);
  assertEquals(whole.length, 10);
  assert(`${whole.flat().slice(0, 20)}` !== `${whole.flat().slice(20, 40)}`);
  assert(`${draw(2)}` !== `${whole}`);
  for (const step of [0, 1, 3, 4, 9, 10]) assertEquals(draw(1, step), whole.slice(step));
});

Deno.test("batches: wrong sizes are refused", () => {
  const random = new Random(1);
  assertThrows(() => batches([], { size: 1, steps: 1, random }).next(), RangeError, "no items");
  assertThrows(() => batches([1], { size: 0, steps: 1, random }).next(), RangeError, "size 0");
  assertThrows(() => batches([1], { size: 1, steps: 1.5, random }).next(), RangeError, "steps 1.5");
  assertThrows(
    () => batches([1], { size: 1, steps: 1, random, firstStep: -1 }).next(),
    RangeError,
    "firstStep",
  );
});

Deno.test("fixed lengths are those of the longest prompt and label, at most the maxima", () => {
  const task = { name: "a", type: "TC", labels: ["rain", "snow snow"], train: examples, dev: [], test: [] };
  const longer = { ...task, test: [{ source: "near near near near", label: "rain" }] };
  assertEquals(fixedLengths([task], tokenizer), { sourceLength: 3, targetLength: 3 });
  assertEquals(fixedLengths([task, longer], tokenizer), { sourceLength: 5, targetLength: 3 });
  const maxima = { maximumSource: 4, maximumTarget: 2 };
  assertEquals(fixedLengths([longer], tokenizer, maxima), { sourceLength: 4, targetLength: 2 });
});
