import { assertEquals } from "@std/assert";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { argmaxRows } from "../../lib/kernels/argmax_rows.ts";
import { clipNorm } from "../../lib/kernels/clip_norm.ts";
import { addScaled, fill } from "../../lib/kernels/elementwise.ts";
import { gateBackward, gateForward } from "../../lib/kernels/gate.ts";
import { Random } from "../../lib/tensor/random.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { empty, tensor } from "../../lib/tensor/tensor.ts";
import { assertClose } from "./close.ts";

const COUNTS = [1, 7, 33, 257, 1028, 70_004];

Deno.test("tensors are filled, added and clipped as by loops", async () => {
  using gpu = await openGpu();
  const random = new Random(1);
  for (const count of COUNTS) {
    scope(gpu, () => {
      const [x, y] = [random.normalArray(count), random.normalArray(count)];
      const [source, target] = [tensor(gpu, x), tensor(gpu, y)];
      addScaled(source, target, { keep: 0.5, scale: -3 });
      const sum = Array.from(y, (value, i) => 0.5 * value - 3 * x[i]);
      assertClose(target.readFloats(), sum, { name: `sum of ${count}` });
      fill(source, 2.5);
      assertClose(source.readFloats(), new Float32Array(count).fill(2.5), {
        name: `fill of ${count}`,
        tolerance: 0,
      });
      addScaled(source, target, { keep: 0 });
      assertClose(target.readFloats(), source.readFloats(), { name: `copy of ${count}`, tolerance: 0 });
      clipNorm(target, 1);
      const share = 1 / Math.sqrt(count);
      assertClose(target.readFloats(), new Float32Array(count).fill(share), {
        name: `clipped ${count}`,
        tolerance: 2e-5,
      });
    });
  }
});

/** An activation and its slope, in float64. */
const ACTIVATIONS = {
  gelu: (a: number) => {
    const t = Math.tanh(Math.sqrt(2 / Math.PI) * (a + 0.044715 * a ** 3));
    const slope = 0.5 * (1 + t) + 0.5 * a * (1 - t * t) * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * a * a);
    return [0.5 * a * (1 + t), slope];
  },
  silu: (a: number) => {
    const s = 1 / (1 + Math.exp(-a));
    return [a * s, s + a * s * (1 - s)];
  },
};

Deno.test("the gated activations agree with loops at awkward widths", async () => {
  using gpu = await openGpu();
  const random = new Random(2);
  for (const activation of ["gelu", "silu"] as const) {
    for (const [rows, width] of [[1, 1], [7, 33], [33, 7], [257, 4], [3, 257]]) {
      scope(gpu, () => {
        const [x, old] = [random.normalArray(rows * 2 * width, 3), random.normalArray(rows * 2 * width)];
        const dy = random.normalArray(rows * width);
        const [y, dx] = [new Float64Array(dy.length), Float64Array.from(old)];
        dy.forEach((upstream, i) => {
          const at = i + Math.floor(i / width) * width;
          const [value, slope] = ACTIVATIONS[activation](x[at]);
          y[i] = value * x[at + width];
          dx[at] += upstream * x[at + width] * slope;
          dx[at + width] += upstream * value;
        });
        const input = tensor(gpu, x, [rows, 2 * width]);
        const [output, gradient] = [empty(gpu, [rows, width]), empty(gpu, [rows, 2 * width])];
        gateForward(activation, input, output);
        const previous = tensor(gpu, old, [rows, 2 * width]);
        gateBackward(activation, input, tensor(gpu, dy, [rows, width]), { gradient, previous });
        const name = `of ${activation} ${rows}×${width}`;
        assertClose(output.readFloats(), y, { name: `y ${name}`, tolerance: 1e-5 });
        assertClose(gradient.readFloats(), dx, { name: `dx ${name}`, tolerance: 1e-5 });
      });
    }
  }
});

Deno.test("the first of equal largest columns is found", async () => {
  using gpu = await openGpu();
  const random = new Random(3);
  for (const [rows, columns] of [[1, 1], [7, 33], [33, 260], [9, 257]]) {
    scope(gpu, () => {
      const x = Float32Array.from({ length: rows * columns }, () => random.integer(9) - 4);
      const ids = empty(gpu, [rows], { dtype: "i32" });
      argmaxRows(tensor(gpu, x, [rows, columns]), ids);
      const wanted = Array.from({ length: rows }, (_, row) => {
        const values = x.subarray(row * columns, (row + 1) * columns);
        return values.indexOf(Math.max(...values));
      });
      assertEquals([...ids.read()], wanted);
    });
  }
});
