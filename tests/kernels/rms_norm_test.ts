import { openGpu } from "../../lib/gpu/gpu.ts";
import { rmsNormBackward, rmsNormForward, rmsNormGainGradient } from "../../lib/kernels/rms_norm.ts";
import { Random } from "../../lib/tensor/random.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { empty, tensor } from "../../lib/tensor/tensor.ts";
import { assertClose } from "./close.ts";

Deno.test("root-mean-square normalization and its gradients agree with loops at awkward sizes", async () => {
  using gpu = await openGpu();
  const random = new Random(1);
  const sizes = { eps: 0.01, scale: 0.7 };
  for (const [rows, width] of [[1, 1], [7, 33], [33, 7], [257, 4], [3, 257], [40, 64]]) {
    scope(gpu, () => {
      const name = `${rows}×${width}`;
      const [x, dy, old] = [0, 1, 2].map(() => random.normalArray(rows * width));
      const [gain, oldGain] = [random.normalArray(width), random.normalArray(width)];
      const wanted = {
        y: new Float64Array(x.length),
        dx: Float64Array.from(old),
        dgain: Float64Array.from(oldGain),
      };
      for (let start = 0; start < x.length; start += width) {
        let [squares, product] = [0, 0];
        for (let i = 0; i < width; i++) {
          squares += x[start + i] ** 2 / width;
          product += dy[start + i] * gain[i] * x[start + i] / width;
        }
        const inverse = 1 / Math.sqrt(squares + sizes.eps);
        for (let i = 0; i < width; i++) {
          const at = start + i;
          wanted.y[at] = sizes.scale * gain[i] * x[at] * inverse;
          wanted.dx[at] += sizes.scale * inverse * (dy[at] * gain[i] - x[at] * inverse ** 2 * product);
          wanted.dgain[i] += sizes.scale * dy[at] * x[at] * inverse;
        }
      }
      const matrix = (data: Float32Array<ArrayBuffer>) => tensor(gpu, data, [rows, width]);
      const operands = { x: matrix(x), gain: tensor(gpu, gain) };
      const [y, dx] = [empty(gpu, [rows, width]), empty(gpu, [rows, width])];
      const dgain = empty(gpu, [width]);
      rmsNormForward(operands, y, sizes);
      rmsNormBackward(operands, matrix(dy), { gradient: dx, previous: matrix(old) }, sizes);
      rmsNormGainGradient(operands.x, matrix(dy), { gradient: dgain, previous: tensor(gpu, oldGain) }, sizes);
      assertClose(y.readFloats(), wanted.y, { name: `y ${name}` });
      assertClose(dx.readFloats(), wanted.dx, { name: `dx ${name}` });
      assertClose(dgain.readFloats(), wanted.dgain, { name: `dgain ${name}`, tolerance: 1e-5 });
    });
  }
});
