import { openGpu } from "../../lib/gpu/gpu.ts";
import { matmul, matrixOf } from "../../lib/kernels/matmul.ts";
import { gatherRows } from "../../lib/kernels/rows.ts";
import { Random } from "../../lib/tensor/random.ts";
import { empty, tensor } from "../../lib/tensor/tensor.ts";
import { assertClose } from "./close.ts";

Deno.test("a table of more than 128 MiB, which not every device can bind, is read and multiplied", async () => {
  using gpu = await openGpu();
  const [rows, width] = [66_000, 512];
  const data = Float32Array.from({ length: rows * width }, (_, i) => (i * 7919 % 1013 - 506) / 506);
  using table = tensor(gpu, data, [rows, width]);
  const chosen = [0, rows - 1, 33_333];
  using ids = tensor(gpu, new Int32Array(chosen));
  using picked = empty(gpu, [3, width]);
  gatherRows(table, ids, picked);
  const rowOf = (row: number) => data.subarray(row * width, (row + 1) * width);
  assertClose(picked.readFloats(), chosen.flatMap((row) => [...rowOf(row)]), { name: "rows", tolerance: 0 });

  const random = new Random(1);
  const x = random.normalArray(width);
  using logits = empty(gpu, [1, rows]);
  matmul(matrixOf(tensor(gpu, x, [1, width])), matrixOf(table), matrixOf(logits), { transposeB: true });
  const products = logits.readFloats();
  const wanted = chosen.map((row) => rowOf(row).reduce((sum, value, i) => sum + value * x[i], 0));
  assertClose(chosen.map((row) => products[row]), wanted, { name: "x Wᵀ", tolerance: 1e-5 });

  const dy = random.normalArray(rows);
  using dx = empty(gpu, [1, width]);
  matmul(matrixOf(tensor(gpu, dy, [1, rows])), matrixOf(table), matrixOf(dx));
  const sums = new Float64Array(width);
  dy.forEach((value, row) => rowOf(row).forEach((weight, i) => sums[i] += value * weight));
  assertClose(dx.readFloats(), sums, { name: "dy W", tolerance: 1e-4 });
});
