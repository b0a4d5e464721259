import { assertEquals } from "@std/assert";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { addSquares } from "../../lib/kernels/add_squares.ts";
import { addMagnitudes, keepRows } from "../../lib/kernels/row_selection.ts";
import { Random } from "../../lib/tensor/random.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { tensor, zeros } from "../../lib/tensor/tensor.ts";
import { assertClose } from "./close.ts";

/** The quantile of numbers with linear interpolation, by sorting. */
function quantileTwin(values: Float32Array, share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [lower, upper] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return lower + (place - Math.floor(place)) * (upper - lower);
}

Deno.test("rows with scores from a quantile on are kept, the others zeroed", async () => {
  using gpu = await openGpu();
  const random = new Random(31);
  for (const [rows, columns] of [[1, 1], [7, 33], [33, 8], [257, 1], [100, 300]]) {
    for (const quantile of [0, 0.3, 0.7, 0.95, 1]) {
      scope(gpu, () => {
        const x = random.normalArray(rows * columns);
        const scores = random.normalArray(rows);
        const [kept, mask] = [zeros(gpu, [rows, columns]), zeros(gpu, [rows], { dtype: "i32" })];
        keepRows(tensor(gpu, x, [rows, columns]), tensor(gpu, scores), quantile, { kept, mask });
        const threshold = quantileTwin(scores, quantile);
        const wanted = [...scores].map((score) => Number(score >= threshold - 1e-6));
        assertEquals([...mask.read()], wanted, `${rows}×${columns} at ${quantile}`);
        assertEquals([...kept.read()], [...x].map((value, i) => wanted[Math.floor(i / columns)] ? value : 0));
      });
    }
  }
});

Deno.test("equal scores are all kept or none, and a quantile on a score keeps it", async () => {
  using gpu = await openGpu();
  const run = (scores: number[], quantile: number) =>
    scope(gpu, () => {
      const [kept, mask] = [zeros(gpu, [scores.length, 1]), zeros(gpu, [scores.length], { dtype: "i32" })];
      const x = tensor(gpu, new Float32Array(scores.length).fill(1), [scores.length, 1]);
      keepRows(x, tensor(gpu, new Float32Array(scores)), quantile, { kept, mask });
      return [...mask.read()];
    });
  assertEquals(run([0, 0, 0], 0.7), [1, 1, 1]);
  assertEquals(run([2, 1, 1, 1, 3], 0.5), [1, 1, 1, 1, 1]);
  assertEquals(run([2, 1, 1, 2, 2], 0.5), [1, 0, 0, 1, 1]);
  // 0.29 · 100 is a little less than 29 in floating point
  const rising = Array.from({ length: 101 }, (_, i) => 0.1 * i);
  assertEquals(run(rising, 0.29).indexOf(1), 29);
});

Deno.test("magnitudes are added over rows, squares over calls", async () => {
  using gpu = await openGpu();
  const random = new Random(32);
  for (const [rows, columns] of [[1, 1], [7, 33], [33, 8], [257, 260]]) {
    scope(gpu, () => {
      const x = random.normalArray(rows * columns);
      const given = tensor(gpu, x, [rows, columns]);
      const sums = zeros(gpu, [columns]);
      addMagnitudes(given, sums);
      addMagnitudes(given, sums);
      const wanted = new Float64Array(columns);
      x.forEach((value, i) => wanted[i % columns] += 2 * Math.abs(value));
      assertClose(sums.readFloats(), wanted, { name: `magnitudes ${rows}×${columns}` });
      const squares = tensor(gpu, x.slice(), [rows, columns]);
      addSquares(given, squares, { keep: 0.5, scale: 3 });
      assertClose(squares.readFloats(), x.map((value) => 0.5 * value + 3 * value * value), {
        name: "squares",
      });
    });
  }
});
