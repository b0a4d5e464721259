import { openGpu } from "../../lib/gpu/gpu.ts";
import { addBlocks, gatherBlocks } from "../../lib/kernels/blocks.ts";
import { Random } from "../../lib/tensor/random.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { empty, tensor } from "../../lib/tensor/tensor.ts";
import { assertClose } from "./close.ts";

Deno.test("blocks are collected, added and placed as by loops; nothing between them is touched", async () => {
  using gpu = await openGpu();
  const random = new Random(1);
  for (const [count, length, gap] of [[1, 1, 0], [3, 7, 2], [2, 260, 4], [5, 33, 31], [2, 257, 1]]) {
    scope(gpu, () => {
      const name = `${count} blocks of ${length}`;
      const starts = Array.from({ length: count }, (_, j) => gap + j * (length + gap));
      const size = starts[count - 1] + length + gap;
      const [x, base] = [random.normalArray(size), random.normalArray(size)];
      const d = random.normalArray(count * length);
      const offsets = { tensor: tensor(gpu, new Uint32Array(starts)), values: starts };
      const blockwise = (from: Float32Array, value: (at: number, i: number) => number) => {
        const wanted = Float64Array.from(from);
        d.forEach((_, i) => {
          const at = starts[Math.floor(i / length)] + i % length;
          wanted[at] = value(at, i);
        });
        return wanted;
      };
      const [packed, target] = [tensor(gpu, d, [count, length]), tensor(gpu, x)];

      addBlocks(packed, target, offsets, { keep: 0.5, scale: -2 });
      const added = blockwise(x, (at, i) => 0.5 * x[at] - 2 * d[i]);
      assertClose(target.readFloats(), added, { name: `${name}, added` });

      addBlocks(packed, target, offsets, { base: tensor(gpu, base), scale: 3 });
      const placed = blockwise(x, (at, i) => base[at] + 3 * d[i]);
      assertClose(target.readFloats(), placed, { name: `${name}, placed` });

      const collected = empty(gpu, [count, length]);
      gatherBlocks(target, offsets, collected);
      const back = Array.from(d, (_, i) => placed[starts[Math.floor(i / length)] + i % length]);
      assertClose(collected.readFloats(), back, { name: `${name}, collected` });
    });
  }
});
