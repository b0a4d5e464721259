import { openGpu } from "../../lib/gpu/gpu.ts";
import { gatherRows, RowIds, scatterRows } from "../../lib/kernels/rows.ts";
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
