import { assertEquals, assertThrows } from "@std/assert";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { addScaled } from "../../lib/kernels/elementwise.ts";
import { matmul, matrixOf } from "../../lib/kernels/matmul.ts";
import { gatherRows } from "../../lib/kernels/rows.ts";
import { Random } from "../../lib/tensor/random.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { copyInto, empty, tensor, zeros } from "../../lib/tensor/tensor.ts";
import { assertClose } from "./close.ts";

/** Rows of A, columns of A, columns of C. */
const SIZES = [[1, 2, 2], [7, 34, 258], [33, 8, 12], [3, 260, 36], [40, 64, 128], [17, 6, 1028]];

Deno.test("products with a matrix packed in float16 are those with its rounded numbers", async () => {
  using gpu = await openGpu();
  const random = new Random(1);
  for (const [m, k, n] of SIZES) {
    for (const transposeB of [true, false]) {
      scope(gpu, () => {
        const [x, d] = [random.normalArray(m * k), random.normalArray(m * n)];
        const halves = new Float16Array(random.normalArray(k * n));
        const b = tensor(gpu, halves, transposeB ? [n, k] : [k, n]);
        const c = empty(gpu, [m, n]);
        matmul(matrixOf(tensor(gpu, x, [m, k])), matrixOf(b), matrixOf(c), {
          ...{ transposeB, alpha: 0.5, epilogue: "residual" },
          operand: matrixOf(tensor(gpu, d, [m, n])),
        });
        const wanted = Float64Array.from(d, (value, at) => {
          const [i, j] = [Math.floor(at / n), at % n];
          let sum = 0;
          for (let l = 0; l < k; l++) sum += x[i * k + l] * halves[transposeB ? j * k + l : l * n + j];
          return value + 0.5 * sum;
        });
        assertClose(c.readFloats(), wanted, { name: `${m}×${k}×${n}, ${transposeB}`, tolerance: 1e-5 });
      });
    }
  }
});

Deno.test("rows of a table packed in float16 are read, and packed numbers copied as floats", async () => {
  using gpu = await openGpu();
  const random = new Random(2);
  for (const [rows, width] of [[1, 2], [7, 34], [33, 8], [257, 6]]) {
    scope(gpu, () => {
      const halves = new Float16Array(random.normalArray(rows * width));
      const table = tensor(gpu, halves, [rows, width]);
      const ids = Int32Array.from({ length: 9 }, () => random.integer(rows));
      const out = empty(gpu, [9, width]);
      gatherRows(table, tensor(gpu, ids), out);
      const wanted = [...ids].flatMap((id) => [...halves.subarray(id * width, (id + 1) * width)]);
      assertEquals([...out.readFloats()], wanted);
      const copy = zeros(gpu, [rows, width]);
      copyInto(table, copy);
      assertEquals(copy.readFloats(), new Float32Array(halves));
      assertThrows(() => addScaled(table, copy), TypeError, "reads operand 0 as float32");
      const square = matrixOf(zeros(gpu, [rows, rows]));
      assertThrows(
        () => matmul(matrixOf(table), matrixOf(copy), square, { transposeB: true }),
        TypeError,
        "reads operand 0 as float32",
      );
    });
  }
});
