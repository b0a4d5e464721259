import { assertEquals } from "@std/assert";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { copyRows, gatherRows, RowIds, scatterRows } from "../../lib/kernels/rows.ts";
import { Random } from "../../lib/tensor/random.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { empty, tensor } from "../../lib/tensor/tensor.ts";
import { assertClose } from "./close.ts";

Deno.test("rows are gathered, and their gradients added up, as by loops", async () => {
  using gpu = await openGpu();
  const random = new Random(1);
  for (const [tableRows, width, positions] of [[1, 1, 1], [7, 33, 257], [257, 4, 7], [33, 260, 33]]) {
    scope(gpu, () => {
      const name = `${positions} of ${tableRows}×${width}`;
      const table = random.normalArray(tableRows * width);
      const ids = Int32Array.from({ length: positions }, () => random.integer(tableRows));
      const rowIds = new RowIds(gpu, [positions], tableRows).load(ids);
      const out = empty(gpu, [positions, width]);
      gatherRows(tensor(gpu, table, [tableRows, width]), rowIds.ids, out);
      const rowOf = (i: number) => ids[Math.floor(i / width)] * width + i % width;
      assertClose(out.readFloats(), Array.from({ length: positions * width }, (_, i) => table[rowOf(i)]), {
        name,
      });

      const dOut = random.normalArray(positions * width);
      const wanted = Float64Array.from(table);
      dOut.forEach((value, i) => wanted[rowOf(i)] += value);
      const gradient = empty(gpu, [tableRows, width]);
      const previous = tensor(gpu, table, [tableRows, width]);
      scatterRows(rowIds, tensor(gpu, dOut, [positions, width]), { gradient, previous });
      assertClose(gradient.readFloats(), wanted, { name: `gradient of ${name}` });
    });
  }
});

Deno.test("neighbouring rows are copied to any place, from either type of numbers", async () => {
  using gpu = await openGpu();
  const random = new Random(2);
  for (
    const [tableRows, width, first, count, at] of [[7, 6, 2, 3, 10], [33, 64, 0, 33, 64], [
      257,
      2,
      100,
      157,
      1,
    ]]
  ) {
    scope(gpu, () => {
      const halves = new Float16Array(random.normalArray(tableRows * width));
      for (const values of [halves, new Float32Array(halves)]) {
        const target = tensor(gpu, new Float32Array(at + count * width + 3).fill(9));
        copyRows(tensor(gpu, values, [tableRows, width]), first, target.view([count, width], at));
        const wanted = new Float32Array(target.size).fill(9);
        wanted.set(new Float32Array(halves).subarray(first * width, (first + count) * width), at);
        assertEquals(target.readFloats(), wanted);
      }
    });
  }
});
