import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { corruptionBatches } from "../../lib/tasks/corruption_batches.ts";
import { embeddedTokenizer } from "../../lib/tasks/embedded_tokenizer.ts";
import { corruptSpans, longestText } from "../../lib/tasks/text_corruption.ts";
import { Random } from "../../lib/tensor/random.ts";

const sentinels = Array.from({ length: 40 }, (_, index) => -1 - index);
const numbers = (length: number) => Array.from({ length }, (_, index) => index);

/** The text again: each sentinel of the source replaced by what follows it in the target. */
function restore(source: readonly number[], target: readonly number[]): number[] {
  return source.flatMap((token) => {
    if (token >= 0) return [token];
    const from = target.indexOf(token) + 1;
    const end = target.findIndex((other, index) => index >= from && other < 0);
    return target.slice(from, end < 0 ? undefined : end);
  });
}

Deno.test("any text can be restored, and as much of it is hidden as asked for", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 200 }),
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      fc.double({ min: 1, max: 6, noNaN: true }),
      fc.integer(),
      (length, share, meanSpan, seed) => {
        const random = new Random(seed);
        const { source, target } = corruptSpans(numbers(length), { random, sentinels, share, meanSpan });
        assertEquals(restore(source, target), numbers(length));
        const hidden = target.filter((token) => token >= 0).length;
        assertEquals(hidden, Math.min(Math.max(Math.round(length * share), 1), length - 1));
        const used = source.filter((token) => token < 0);
        assertEquals(used, sentinels.slice(0, used.length));
        assertEquals(target.filter((token) => token < 0), used);
        // Two sentinels never stand side by side, in the source because spans do not touch.
        assert(source.every((token, index) => token >= 0 || !(source[index + 1] < 0)));
        assert(target.every((token, index) => token >= 0 || target[index + 1] >= 0));
      },
    ),
  );
});

Deno.test("every token is hidden about equally often, the first and the last too", () => {
  const counts = new Array(20).fill(0);
  const random = new Random(1);
  for (let draw = 0; draw < 4000; draw++) {
    for (const token of corruptSpans(numbers(20), { random, sentinels, meanSpan: 1.5 }).target) {
      if (token >= 0) counts[token] += 1;
    }
  }
  for (const count of counts) assert(count > 400 && count < 800, `${counts}`); // 3 of 20 in 4000 draws: 600
});

Deno.test("defaults are T5's: 15 % in spans of 3 tokens on average", () => {
  const { source, target } = corruptSpans(numbers(100), { random: new Random(1), sentinels });
  assertEquals([source.length, target.length], [100 - 15 + 5, 15 + 5]);
});

Deno.test("more spans than sentinels become longer spans", () => {
  const options = { random: new Random(1), sentinels: [-1, -2], meanSpan: 1, share: 0.5 };
  const { source, target } = corruptSpans(numbers(20), options);
  assertEquals([source.length, target.length], [12, 12]);
});

Deno.test("what cannot be hidden is refused", () => {
  const random = new Random(1);
  assertThrows(() => corruptSpans([1], { random, sentinels }), RangeError, "at least 2");
  assertThrows(() => corruptSpans([1, 2], { random, sentinels: [] }), RangeError, "sentinel");
  assertThrows(() => corruptSpans([1, 2], { random, sentinels, share: 1 }), RangeError, "between 0 and 1");
  assertThrows(() => corruptSpans([1, 2], { random, sentinels, meanSpan: NaN }), RangeError, "NaN");
});

Deno.test("the longest text that fits does fit, and one token more does not", () => {
  for (const [sourceLength, targetLength] of [[32, 12], [128, 30], [128, 100], [512, 114]]) {
    const length = longestText({ sourceLength, targetLength });
    const lengths = (count: number) => {
      const { source, target } = corruptSpans(numbers(count), { random: new Random(1), sentinels });
      return [source.length + 1, target.length + 1];
    };
    const [source, target] = lengths(length);
    assert(source <= sourceLength && target <= targetLength);
    const [longerSource, longerTarget] = lengths(length + 1);
    assert(longerSource > sourceLength || longerTarget > targetLength);
  }
});

Deno.test("batches of corrupted texts have one shape, repeat, and can be resumed", () => {
  const tokenizer = embeddedTokenizer();
  const lengths = { sourceLength: 32, targetLength: 12 };
  const texts = [5, 1, 2, 60, 30].map((length) => numbers(length).map((index) => 100 + index));
  const draw = (firstStep: number) => [
    ...corruptionBatches(texts, {
      ...lengths,
      tokenizer,
      size: 3,
      steps: 9,
      random: new Random(2),
      firstStep,
    }),
  ];
  const whole = draw(0);
  assertEquals(whole.length, 9);
  assertEquals(draw(4), whole.slice(4));
  for (const batch of whole) {
    assertEquals([batch.size, batch.sourceLength, batch.targetLength], [3, 32, 12]);
    for (let row = 0; row < 3; row++) {
      const end = (ids: Int32Array, length: number) =>
        ids.subarray(row * length, (row + 1) * length).indexOf(1);
      const source = [...batch.inputIds.subarray(row * 32, row * 32 + end(batch.inputIds, 32))];
      const target = [...batch.labels.subarray(row * 12, row * 12 + end(batch.labels, 12))];
      const mark = (id: number) =>
        tokenizer.sentinelIds.includes(id) ? -1 - tokenizer.sentinelIds.indexOf(id) : id;
      const text = restore(source.map(mark), target.map(mark));
      // A window of one of the texts: consecutive ids.
      assert(text.length >= 2 && text.every((id, index) => id === text[0] + index), `${text}`);
    }
  }
});
