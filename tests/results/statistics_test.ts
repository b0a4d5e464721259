import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { mcnemar } from "../../lib/results/mcnemar.ts";
import {
  bootstrapInterval,
  estimate,
  mean,
  pairedDifference,
  standardError,
  studentInterval,
} from "../../lib/results/statistics.ts";
import { studentQuantile } from "../../lib/results/student_interval.ts";
import { Random } from "../../lib/tensor/random.ts";

Deno.test("the standard error is that of the textbook", () => {
  // 2, 4, 4, 4, 5, 5, 7, 9: mean 5, sum of squares 32
  const values = [2, 4, 4, 4, 5, 5, 7, 9];
  assertEquals(mean(values), 5);
  assertAlmostEquals(standardError(values)!, Math.sqrt(32 / 7 / 8), 1e-15);
  assertEquals(standardError([3]), null);
  assertThrows(() => mean([]), RangeError, "at least one");
});

Deno.test("the bootstrap interval agrees with counting all resamples", () => {
  const values = [0.1, 0.25, 0.7, 0.4];
  const all: number[] = [];
  for (let i = 0; i < 256; i++) {
    all.push((values[i & 3] + values[i >> 2 & 3] + values[i >> 4 & 3] + values[i >> 6]) / 4);
  }
  all.sort((a, b) => a - b);
  for (const level of [0.5, 0.8, 0.95]) {
    const { low, high } = bootstrapInterval(values, { level, seed: 7, resamples: 40_000 });
    assertAlmostEquals(low, all[Math.round((1 - level) / 2 * 255)], 0.02);
    assertAlmostEquals(high, all[Math.round((1 + level) / 2 * 255)], 0.02);
  }
});

Deno.test("bootstrap intervals repeat, lie within the values and shift with them", () => {
  const anyValues = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(anyValues, fc.integer(), (values, seed) => {
      const interval = bootstrapInterval(values, { seed, resamples: 200 });
      assertEquals(interval, bootstrapInterval(values, { seed, resamples: 200 }));
      assert(interval.low <= interval.high);
      assert(interval.low >= Math.min(...values) - 1e-12 && interval.high <= Math.max(...values) + 1e-12);
      const shifted = bootstrapInterval(values.map((value) => value + 5), { seed, resamples: 200 });
      assertAlmostEquals(shifted.low, interval.low + 5, 1e-9);
    }),
    { numRuns: 50 },
  );
});

Deno.test("Student's quantiles are those of the tables, and the interval holds the mean as often as it says", () => {
  // freedom, level, t
  const table = [[1, 0.95, 12.7062047], [2, 0.95, 4.3026527], [3, 0.99, 5.8409093], [4, 0.95, 2.7764451]];
  for (
    const [freedom, level, t] of [...table, [9, 0.95, 2.2621572], [30, 0.9, 1.6972609], [
      1000,
      0.95,
      1.962339,
    ]]
  ) {
    assertAlmostEquals(studentQuantile(freedom, level), t, 1e-6);
  }
  const random = new Random(5);
  let hits = 0;
  for (let i = 0; i < 4000; i++) {
    const { low, high } = studentInterval([random.normal(), random.normal(), random.normal()], {
      level: 0.9,
    });
    if (low <= 0 && high >= 0) hits++;
  }
  assertAlmostEquals(hits / 4000, 0.9, 0.02);
});

Deno.test("what is not defined is null, what diverged is NaN", () => {
  assertEquals(estimate([0.5]), { mean: 0.5, standardError: null, low: null, high: null });
  assertEquals(estimate([0.5, NaN]), { mean: NaN, standardError: NaN, low: NaN, high: NaN });
  assertThrows(() => bootstrapInterval([1, 2], { level: 1 }), RangeError, "between 0 and 1");
  assertThrows(() => studentInterval([1]), RangeError, "two are required");
});

Deno.test("pairing takes away what pairs share", () => {
  const shared = [0.2, 0.5, 0.9, 0.1];
  const difference = pairedDifference(shared.map((value) => value + 0.1), shared);
  assertAlmostEquals(difference.mean, 0.1, 1e-12);
  assertAlmostEquals(difference.low!, 0.1, 1e-12);
  assertAlmostEquals(difference.high!, 0.1, 1e-12);
  assertThrows(() => pairedDifference([1, 2], [1]), RangeError, "equal numbers");
});

Deno.test("McNemar's test agrees with exact counting", () => {
  fc.assert(fc.property(fc.nat(40), fc.nat(40), fc.nat(5), (b, c, both) => {
    const first = [...Array(b).fill(true), ...Array(c).fill(false), ...Array(both).fill(true)];
    const second = [...Array(b).fill(false), ...Array(c).fill(true), ...Array(both).fill(true)];
    let [tail, choose] = [0n, 1n];
    for (let k = 0; k <= Math.min(b, c); k++) {
      tail += choose;
      choose = choose * BigInt(b + c - k) / BigInt(k + 1);
    }
    const exact = Math.min(1, 2 * Number(tail) / 2 ** (b + c));
    const result = mcnemar(first, second);
    assertEquals([result.onlyFirst, result.onlySecond], [b, c]);
    assertAlmostEquals(result.pValue, exact, 1e-12);
  }));
  const many = mcnemar(Array(6000).fill(true), Array(6000).fill(false));
  assert(many.pValue === 0 || many.pValue < 1e-300);
});
