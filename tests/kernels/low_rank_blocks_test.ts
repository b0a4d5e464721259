import { openGpu } from "../../lib/gpu/gpu.ts";
import { addLowRankBlocks } from "../../lib/kernels/low_rank_blocks.ts";
import { Random } from "../../lib/tensor/random.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { tensor } from "../../lib/tensor/tensor.ts";
import { assertClose } from "./close.ts";

/** Blocks, their rows and columns, the rank, and what lies between blocks. */
const CASES = [
  [1, 1, 1, 1, 0],
  [3, 7, 33, 3, 2],
  [2, 33, 8, 4, 4],
  [1, 257, 7, 5, 1],
  [2, 5, 257, 8, 3],
  [3, 40, 36, 12, 8],
  [1, 3, 4, 65, 4],
];

Deno.test("low-rank products are added to blocks and placed on a base as by loops; the rest is untouched", async () => {
  using gpu = await openGpu();
  const random = new Random(1);
  for (const [count, m, n, rank, gap] of CASES) {
    scope(gpu, () => {
      const name = `${count} blocks ${m}×${rank}×${n}`;
      const starts = Array.from({ length: count }, (_, j) => gap + j * (m * n + gap));
      const size = starts[count - 1] + m * n + gap;
      const [x, base] = [random.normalArray(size), random.normalArray(size)];
      const [l, r] = [random.normalArray(count * m * rank), random.normalArray(count * rank * n)];
      const product = (j: number, row: number, column: number) => {
        let sum = 0;
        for (let i = 0; i < rank; i++) sum += l[(j * m + row) * rank + i] * r[(j * rank + i) * n + column];
        return sum;
      };
      const wanted = (from: Float32Array, keep: number, scale: number) => {
        const result = Float64Array.from(x);
        for (let i = 0; i < count * m * n; i++) {
          const [j, inside] = [Math.floor(i / (m * n)), i % (m * n)];
          const at = starts[j] + inside;
          result[at] = keep * from[at] + scale * product(j, Math.floor(inside / n), inside % n);
        }
        return result;
      };
      const factors = { left: tensor(gpu, l, [count, m, rank]), right: tensor(gpu, r, [count, rank, n]) };
      const offsets = { tensor: tensor(gpu, new Uint32Array(starts)), values: starts };

      const added = tensor(gpu, x);
      addLowRankBlocks(factors, added, offsets, { keep: 0.5, scale: -2 });
      assertClose(added.readFloats(), wanted(x, 0.5, -2), { name: `${name}, added` });

      const placed = tensor(gpu, x);
      addLowRankBlocks(factors, placed, offsets, { base: tensor(gpu, base), scale: 3 });
      assertClose(placed.readFloats(), wanted(base, 1, 3), { name: `${name}, placed` });
    });
  }
});
