import { openGpu } from "../../lib/gpu/gpu.ts";
import { absoluteSum } from "../../lib/kernels/absolute_sum.ts";
import { matrixNorms } from "../../lib/kernels/matrix_norms.ts";
import { weightedSquares } from "../../lib/kernels/weighted_squares.ts";
import { Random } from "../../lib/tensor/random.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { empty, tensor } from "../../lib/tensor/tensor.ts";
import { assertClose } from "./close.ts";

const SIZES = [1, 7, 33, 257, 4100];

Deno.test("sums over two parts of any size are those of loops", async () => {
  using gpu = await openGpu();
  const random = new Random(1);
  for (const size of SIZES) {
    scope(gpu, () => {
      const few = random.normalArray(2 * 257);
      const values = Float32Array.from({ length: 2 * size }, (_, i) => few[i % few.length]);
      const x = tensor(gpu, values, [2, size]);
      const [norms, magnitudes, distance] = [empty(gpu, [2]), empty(gpu, [1]), empty(gpu, [1])];
      matrixNorms(x, norms);
      absoluteSum(x, magnitudes);
      weightedSquares({ x, center: tensor(gpu, values.map((value) => value / 2)), weights: x }, distance);
      const sum = (part: Float32Array, term: (value: number) => number) =>
        part.reduce((total, value) => total + term(value), 0);
      const parts = [values.subarray(0, size), values.subarray(size)];
      const close = (name: string, found: Float32Array, wanted: readonly number[]) =>
        assertClose(found, wanted, { name: `${name} of ${size}`, tolerance: 1e-5 });
      close("norms", norms.readFloats(), parts.map((part) => Math.sqrt(sum(part, (value) => value ** 2))));
      close("magnitudes", magnitudes.readFloats(), [sum(values, Math.abs)]);
      const cubes = sum(values, (value) => value * (value - Math.fround(value / 2)) ** 2);
      const scale = sum(values, (value) => Math.abs(value) ** 3);
      assertClose(distance.readFloats().map((value) => value / scale), [cubes / scale], {
        name: `distance of ${size}`,
        tolerance: 1e-5,
      });
    });
  }
});

Deno.test("the norm of a matrix that one workgroup alone would not get through on a software adapter", async () => {
  using gpu = await openGpu();
  const size = 4_200_001; // 65,536 loops of 64 threads, and no multiple of four
  using x = tensor(gpu, new Float32Array(size).fill(0.5));
  using norms = empty(gpu, [1]);
  matrixNorms(x, norms);
  assertClose(norms.readFloats(), [0.5 * Math.sqrt(size)], { name: "norm", tolerance: 1e-5 });
});
