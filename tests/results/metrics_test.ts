import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  type AccuracyMatrix,
  averagePerformance,
  backwardTransfer,
  forgetting,
  forwardTransfer,
  sampleWeightedAveragePerformance,
} from "../../lib/results/metrics.ts";

const anyCell = fc.oneof({ weight: 6, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) }, {
  weight: 1,
  arbitrary: fc.constantFrom(null, null, NaN),
});
const anyMatrix = fc.integer({ min: 1, max: 6 }).chain((T) =>
  fc.array(fc.array(anyCell, { minLength: T, maxLength: T }), { minLength: T + 1, maxLength: T + 1 })
);

/** The metrics again as plain loops over undefined terms; null as soon as a needed cell is missing. */
function naiveMetrics(a: AccuracyMatrix): (number | null)[] {
  const T = a.length - 1;
  const average = (terms: (number | null)[]) =>
    terms.length === 0 || terms.includes(null)
      ? null
      : (terms as number[]).reduce((x, y) => x + y, 0) / terms.length;
  const backward: (number | null)[] = [];
  const fall: (number | null)[] = [];
  const forward: (number | null)[] = [];
  for (let j = 0; j < T; j++) {
    const last = a[T][j];
    if (j < T - 1) {
      const own = a[j + 1][j];
      backward.push(last === null || own === null ? null : last - own);
      let best: number | null = null;
      for (let i = j + 1; i < T; i++) {
        const value = a[i][j];
        if (value === null) continue;
        if (best === null || Number.isNaN(value) || value > best) best = value;
        if (Number.isNaN(best)) break;
      }
      fall.push(last === null || best === null ? null : best - last);
    }
    if (j > 0) {
      const [before, start] = [a[j][j], a[0][j]];
      forward.push(before === null || start === null ? null : before - start);
    }
  }
  return [average([...a[T]]), average(backward), average(fall), average(forward)];
}

Deno.test("metrics agree with plain loops", () => {
  fc.assert(fc.property(anyMatrix, (a) => {
    const found = [averagePerformance(a), backwardTransfer(a), forgetting(a), forwardTransfer(a)];
    naiveMetrics(a).forEach((want, i) => {
      if (want === null || found[i] === null) assertEquals(found[i], want);
      else assertAlmostEquals(found[i], want, 1e-12);
    });
  }));
});

Deno.test("forgetting is at least minus backward transfer, and equal weights weigh nothing", () => {
  const anyFull = fc.integer({ min: 2, max: 6 }).chain((T) =>
    fc.array(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: T, maxLength: T }), {
      minLength: T + 1,
      maxLength: T + 1,
    })
  );
  fc.assert(fc.property(anyFull, fc.integer({ min: 1, max: 1000 }), (a, count) => {
    assertEquals(forgetting(a)! + backwardTransfer(a)! >= -1e-12, true);
    const weighted = sampleWeightedAveragePerformance(a, a[0].map(() => count));
    assertAlmostEquals(weighted!, averagePerformance(a)!, 1e-12);
  }));
});

Deno.test("metrics refuse what is no accuracy matrix", () => {
  assertThrows(() => averagePerformance([[]]), RangeError, "T + 1 rows of T are required");
  assertThrows(() => forgetting([[1, 2], [1, 2]]), RangeError, "2 rows of 2");
  assertThrows(() => sampleWeightedAveragePerformance([[0], [1]], [1, 2]), RangeError, "one a task");
  assertEquals(sampleWeightedAveragePerformance([[0], [1]], [0]), null);
});
