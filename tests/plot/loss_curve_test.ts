import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { lossCurve, taskStarts } from "../../lib/plot/loss_curve.ts";
import { lossFigure } from "../../lib/plot/loss_figure.ts";

const points = (task: number, values: readonly number[]) =>
  values.map((value, i) => ({ task, step: i + 1, value }));

Deno.test("lossCurve: means are those of a plain loop, within a task", () => {
  const values = Array.from({ length: 33 }, (_, i) => Math.sin(i) + 3);
  const { mean } = lossCurve(points(1, values), { starts: [0, 33], window: 7 });
  for (let i = 0; i < values.length; i++) {
    const before = Math.min(3, i);
    let [sum, count] = [0, 0];
    for (let k = i - before; k <= Math.min(i + before, values.length - 1); k++, count++) sum += values[k];
    assertAlmostEquals(mean[i].value!, sum / count, 1e-12);
  }
});

Deno.test("lossCurve: tasks follow each other with a break and are not mixed", () => {
  const run = [...points(1, [5, 5, 5]), ...points(2, [1, 1])];
  const starts = taskStarts([run, points(2, [1, 1, 1, 1])]);
  assertEquals(starts, [0, 3, 7]);
  const { raw, mean } = lossCurve(run, { starts, window: 5 });
  assertEquals(mean.map(({ value }) => value), [5, 5, 5, null, 1, 1]);
  assertEquals(raw.map(({ step }) => step), [1, 2, 3, 4, 4, 5]);
});

Deno.test("lossCurve: a diverged run ends at its last finite loss", () => {
  const run = points(1, [2, 1, NaN, Infinity]);
  assertEquals(lossCurve(run, { starts: [0, 4], window: 1 }).diverged, { step: 2, value: 1 });
  assertEquals(lossCurve(points(1, [NaN]), { starts: [0, 1], window: 1 }).diverged, null);
});

Deno.test("lossCurve: thinning keeps the extremes of a long run", () => {
  const values = Array.from(
    { length: 50_000 },
    (_, i) => i === 12_345 ? 99 : i === 40_000 ? -1 : 1 + i / 1e6,
  );
  const { raw } = lossCurve(points(1, values), { starts: [0, 50_000], window: 1 });
  const kept = raw.map(({ value }) => value!);
  assertEquals(kept.length <= 1700, true);
  assertEquals([Math.max(...kept), Math.min(...kept)], [99, -1]);
});

Deno.test("lossFigure: says what window it needs", () => {
  assertThrows(() => lossFigure({ series: [], window: 0 }), RangeError, "window");
});
