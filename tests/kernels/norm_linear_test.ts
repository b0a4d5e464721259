import { assert, assertEquals } from "@std/assert";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { normLinearBackward, normLinearForward, normLinearTile } from "../../lib/kernels/norm_linear.ts";
import { Random } from "../../lib/tensor/random.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { empty, tensor } from "../../lib/tensor/tensor.ts";
import { assertClose } from "./close.ts";

const [EPS, SCALE] = [0.1, 0.5];

interface Arrays {
  readonly x: Float32Array<ArrayBuffer>;
  readonly gain: Float32Array<ArrayBuffer>;
  readonly weight: Float32Array<ArrayBuffer>;
  readonly dy: Float32Array<ArrayBuffer>;
  readonly previous: Float32Array<ArrayBuffer>;
}

/** norm(x), its product with the weight, and the gradient of x added to a previous one, by loops in float64. */
function normLinearLoops({ x, gain, weight, dy, previous }: Arrays) {
  const width = gain.length;
  const outputs = weight.length / width;
  const normal = new Float64Array(x.length);
  const y = new Float64Array(dy.length);
  const dx = Float64Array.from(previous);
  for (let row = 0; row < x.length / width; row++) {
    let squares = 0;
    for (let i = 0; i < width; i++) squares += x[row * width + i] ** 2 / width;
    const inverse = 1 / Math.sqrt(squares + EPS);
    const g = new Float64Array(width);
    for (let i = 0; i < width; i++) normal[row * width + i] = x[row * width + i] * gain[i] * inverse;
    for (let o = 0; o < outputs; o++) {
      for (let i = 0; i < width; i++) {
        y[row * outputs + o] += SCALE * normal[row * width + i] * weight[o * width + i];
        g[i] += SCALE * dy[row * outputs + o] * weight[o * width + i] * gain[i];
      }
    }
    let product = 0;
    for (let i = 0; i < width; i++) product += g[i] * x[row * width + i] / width;
    for (let i = 0; i < width; i++) {
      dx[row * width + i] += inverse * (g[i] - x[row * width + i] * inverse ** 2 * product);
    }
  }
  return { normal, y, dx };
}

Deno.test("normalization and product in registers agree with loops, whole tiles and parts of them", async () => {
  using gpu = await openGpu();
  const random = new Random(41);
  // rows, width in groups of four columns a thread, outputs, where the weight begins in its buffer
  for (
    const [rows, quads, outputs, first] of [
      ...[[1, 1, 4, 0], [7, 2, 64, 8], [33, 1, 100, 0], [33, 2, 192, 4], [257, 2, 36, 0], [40, 4, 132, 0]],
    ]
  ) {
    scope(gpu, () => {
      const width = 4 * (gpu.subgroupSize || 8) * quads;
      const name = `${rows}×${width}×${outputs}`;
      const arrays = {
        ...{ x: random.normalArray(rows * width), gain: random.normalArray(width) },
        ...{ weight: random.normalArray(outputs * width), dy: random.normalArray(rows * outputs) },
        previous: random.normalArray(rows * width),
      };
      const held = new Float32Array(first + arrays.weight.length);
      held.set(arrays.weight, first);
      const weight = tensor(gpu, held).view([outputs, width], first);
      const x = tensor(gpu, arrays.x, [rows, width]);
      const operands = { x, gain: tensor(gpu, arrays.gain), weight, eps: EPS, scale: SCALE };
      const tile = normLinearTile(operands);
      assert(!gpu.software || tile, `${name} has a tile`);
      if (!tile) return; // a GPU, which holds no rows in registers
      const wanted = normLinearLoops(arrays);
      const [y, without] = [empty(gpu, [rows, outputs]), empty(gpu, [rows, outputs])];
      const normal = empty(gpu, [rows, width]);
      normLinearForward(operands, tile, { y, normal });
      normLinearForward(operands, tile, { y: without, normal: null });
      assertClose(y.readFloats(), wanted.y, { name: `y ${name}` });
      assertEquals(without.readFloats(), y.readFloats());
      assertClose(normal.readFloats(), wanted.normal, { name: `normal ${name}` });
      const dy = tensor(gpu, arrays.dy, [rows, outputs]);
      const previous = tensor(gpu, arrays.previous, [rows, width]);
      const gradient = empty(gpu, [rows, width]);
      normLinearBackward(operands, tile, dy, { gradient, previous });
      assertClose(gradient.readFloats(), wanted.dx, { name: `dx ${name}` });
      normLinearBackward(operands, tile, dy, { gradient, previous: null });
      const alone = wanted.dx.map((value, i) => value - arrays.previous[i]);
      assertClose(gradient.readFloats(), alone, { name: `dx alone ${name}` });
    });
  }
});

Deno.test("normalization and product reach the last of very many outputs, or leave them to others", async () => {
  using gpu = await openGpu();
  const width = 4 * (gpu.subgroupSize || 8);
  for (const outputs of [150_000, 300_000]) {
    scope(gpu, () => {
      const ones = (...shape: number[]) =>
        tensor(gpu, new Float32Array(shape.reduce((a, b) => a * b)).fill(1), shape);
      const operands = {
        x: ones(1, width),
        gain: ones(width),
        weight: ones(outputs, width),
        eps: 0,
        scale: 1,
      };
      const tile = normLinearTile(operands);
      assertEquals(tile !== null, gpu.software && outputs === 150_000);
      if (!tile) return;
      const [y, dx] = [empty(gpu, [1, outputs]), empty(gpu, [1, width])];
      normLinearForward(operands, tile, { y, normal: null });
      assertEquals(y.readFloats().findIndex((value) => Math.abs(value - width) > 1e-3), -1);
      // what is not along x comes back as it is: the last row of W, which alone has an upstream gradient
      const last = new Float32Array(width).map((_, i) => i % 2 ? 1 : -1);
      operands.weight.view([width], (outputs - 1) * width).write(last);
      const upstream = new Float32Array(outputs);
      upstream[outputs - 1] = 1;
      normLinearBackward(operands, tile, tensor(gpu, upstream, [1, outputs]), {
        gradient: dx,
        previous: null,
      });
      assertClose(dx.readFloats(), last, { name: "dx" });
    });
  }
});
