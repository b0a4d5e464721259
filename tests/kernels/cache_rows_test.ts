import { openGpu } from "../../lib/gpu/gpu.ts";
import { cacheRows } from "../../lib/kernels/cache_rows.ts";
import { Random } from "../../lib/tensor/random.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { tensor } from "../../lib/tensor/tensor.ts";
import { assertClose } from "./close.ts";

Deno.test("columns of new rows are put behind the earlier ones, as by loops; those beyond the end are left out", async () => {
  using gpu = await openGpu();
  const random = new Random(1);
  for (
    const [batch, length, capacity, width, first, rest, at] of [
      [1, 1, 1, 1, 0, 0, 0],
      [7, 1, 33, 8, 4, 4, 31],
      [3, 33, 40, 7, 5, 3, 7],
      [2, 9, 257, 4, 8, 0, 250],
    ]
  ) {
    scope(gpu, () => {
      const stride = first + width + rest;
      const x = random.normalArray(batch * length * stride);
      const old = random.normalArray(batch * capacity * width);
      const cache = tensor(gpu, old, [batch, capacity, width]);
      cacheRows(tensor(gpu, x, [batch, length, stride]), first, cache, tensor(gpu, new Int32Array([at])));
      const wanted = old.slice();
      for (let b = 0; b < batch; b++) {
        for (let t = 0; t < length && at + t < capacity; t++) {
          for (let c = 0; c < width; c++) {
            wanted[(b * capacity + at + t) * width + c] = x[(b * length + t) * stride + first + c];
          }
        }
      }
      assertClose(cache.readFloats(), wanted, { name: `${length} rows at ${at}`, tolerance: 0 });
    });
  }
});
