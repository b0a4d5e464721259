import { assert, assertEquals } from "@std/assert";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { feedForwardBackward, feedForwardForward, feedForwardTile } from "../../lib/kernels/feed_forward.ts";
import { Random } from "../../lib/tensor/random.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { empty, tensor } from "../../lib/tensor/tensor.ts";
import { assertClose } from "./close.ts";

const EPS = 0.1;

interface Arrays {
  readonly x: Float32Array<ArrayBuffer>;
  readonly gain: Float32Array<ArrayBuffer>;
  readonly inner: Float32Array<ArrayBuffer>;
  readonly outer: Float32Array<ArrayBuffer>;
  readonly dy: Float32Array<ArrayBuffer>;
}

/** `y = x + max(norm(x) Wᵢᵀ, 0) Wₒᵀ` and the gradient of x, by loops in float64. */
function feedForwardLoops({ x, gain, inner, outer, dy }: Arrays): { y: Float64Array; dx: Float64Array } {
  const width = gain.length;
  const hidden = inner.length / width;
  const y = Float64Array.from(x);
  const dx = Float64Array.from(dy);
  for (let start = 0; start < x.length; start += width) {
    let squares = 0;
    for (let i = 0; i < width; i++) squares += x[start + i] ** 2 / width;
    const inverse = 1 / Math.sqrt(squares + EPS);
    const dNormal = new Float64Array(width);
    for (let f = 0; f < hidden; f++) {
      let [value, slope] = [0, 0];
      for (let i = 0; i < width; i++) {
        value += x[start + i] * inverse * gain[i] * inner[f * width + i];
        slope += dy[start + i] * outer[i * hidden + f];
      }
      if (value <= 0) continue;
      for (let i = 0; i < width; i++) {
        y[start + i] += value * outer[i * hidden + f];
        dNormal[i] += slope * inner[f * width + i];
      }
    }
    let product = 0;
    for (let i = 0; i < width; i++) product += dNormal[i] * gain[i] * x[start + i] / width;
    for (let i = 0; i < width; i++) {
      dx[start + i] += inverse * (dNormal[i] * gain[i] - x[start + i] * inverse ** 2 * product);
    }
  }
  return { y, dx };
}

Deno.test("the feed-forward layer in registers agrees with loops, whole tiles and parts of them", async () => {
  using gpu = await openGpu();
  const random = new Random(31);
  // rows, width in groups of four columns a thread, hidden width in widths
  for (
    const [rows, quads, chunks] of [[1, 1, 1], [7, 2, 1], [33, 1, 3], [33, 2, 5], [257, 2, 2], [40, 4, 2]]
  ) {
    scope(gpu, () => {
      const width = 4 * (gpu.subgroupSize || 8) * quads;
      const hidden = chunks * width;
      const name = `${rows}×${width}×${hidden}`;
      const arrays = {
        ...{ x: random.normalArray(rows * width), gain: random.normalArray(width) },
        ...{ inner: random.normalArray(hidden * width), outer: random.normalArray(width * hidden) },
        dy: random.normalArray(rows * width),
      };
      const wanted = feedForwardLoops(arrays);
      const operands = {
        ...{ x: tensor(gpu, arrays.x, [rows, width]), gain: tensor(gpu, arrays.gain), eps: EPS },
        inner: tensor(gpu, arrays.inner, [hidden, width]),
        outer: tensor(gpu, arrays.outer, [width, hidden]),
      };
      const [y, dx] = [empty(gpu, [rows, width]), empty(gpu, [rows, width])];
      const tile = feedForwardTile(operands);
      assert(!gpu.software || tile, `${name} has a tile`);
      if (!tile) return; // a GPU, which holds no rows in registers
      const signs = feedForwardForward(operands, tile, y);
      feedForwardBackward(operands, tile, { signs, dy: tensor(gpu, arrays.dy, [rows, width]), dx });
      assertClose(y.readFloats(), wanted.y, { name: `y ${name}` });
      assertClose(dx.readFloats(), wanted.dx, { name: `dx ${name}` });
    });
  }
});

Deno.test("the feed-forward layer in registers leaves packed weights and odd widths to the single operations", async () => {
  using gpu = await openGpu();
  scope(gpu, () => {
    const width = 4 * (gpu.subgroupSize || 8);
    const floats = (...shape: number[]) =>
      tensor(gpu, new Float32Array(shape.reduce((a, b) => a * b)), shape);
    const [x, gain, outer] = [floats(2, width), floats(width), floats(width, width)];
    const half = tensor(gpu, new Float16Array(width * width), [width, width]);
    assertEquals(feedForwardTile({ x, gain, inner: half, outer, eps: EPS }), null);
    const [wide, narrow] = [floats(width + 4, width), floats(width, width + 4)];
    assertEquals(feedForwardTile({ x, gain, inner: wide, outer: narrow, eps: EPS }), null);
  });
});
