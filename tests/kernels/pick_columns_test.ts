import { openGpu } from "../../lib/gpu/gpu.ts";
import { pickColumns } from "../../lib/kernels/pick_columns.ts";
import { Random } from "../../lib/tensor/random.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { tensor } from "../../lib/tensor/tensor.ts";
import { assertClose } from "./close.ts";

Deno.test("columns are picked as by a loop, and a negative id gives zero", async () => {
  using gpu = await openGpu();
  const random = new Random(3);
  for (const [rows, columns, width] of [[1, 1, 1], [7, 33, 3], [33, 257, 7], [257, 420, 14]]) {
    scope(gpu, () => {
      const x = random.normalArray(rows * columns);
      const ids = Int32Array.from({ length: rows * width }, () => random.integer(columns + 1) - 1);
      const wanted = Array.from(ids, (id, i) => id < 0 ? 0 : x[Math.floor(i / width) * columns + id]);
      const picked = pickColumns(tensor(gpu, x, [rows, columns]), tensor(gpu, ids, [rows, width]));
      assertClose(picked.readFloats(), wanted, { name: `${width} of ${rows}×${columns}` });
    });
  }
});
