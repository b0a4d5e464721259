import { assert } from "@std/assert";
import { absoluteSum } from "../../lib/autograd/ops/absolute_sum.ts";
import { addLowRank } from "../../lib/autograd/ops/add_low_rank.ts";
import { attention } from "../../lib/autograd/ops/attention.ts";
import { crossEntropy } from "../../lib/autograd/ops/cross_entropy.ts";
import { divergence } from "../../lib/autograd/ops/divergence.ts";
import { feedForward } from "../../lib/autograd/ops/feed_forward.ts";
import { gate } from "../../lib/autograd/ops/gate.ts";
import { linear } from "../../lib/autograd/ops/linear.ts";
import { matrixNormSum } from "../../lib/autograd/ops/matrix_norms.ts";
import { product } from "../../lib/autograd/ops/product.ts";
import { rmsNorm } from "../../lib/autograd/ops/rms_norm.ts";
import { squaredDistance } from "../../lib/autograd/ops/squared_distance.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { type Tensor, tensor } from "../../lib/tensor/tensor.ts";

/** Operations on operands `[3, n]`, `[n, n]` and the like, by how many they take. */
const OPERATIONS: Readonly<
  Record<string, { shapes: (n: number) => number[][]; run: (x: Tensor[]) => Tensor }>
> = {
  linear: { shapes: (n) => [[3, n], [n, n], [3, n]], run: ([x, w, residual]) => linear(x, w, { residual }) },
  rmsNorm: { shapes: (n) => [[3, n], [n]], run: ([x, gain]) => rmsNorm(x, gain) },
  geluGate: { shapes: (n) => [[3, 2 * n]], run: ([x]) => gate(x, "gelu") },
  siluGate: { shapes: (n) => [[3, 2 * n]], run: ([x]) => gate(x, "silu") },
  feedForward: {
    shapes: (n) => [[3, n], [n, n], [n, n], [3, n]],
    run: ([x, inner, outer, residual]) => feedForward(x, { inner, outer }, residual),
  },
  attention: {
    shapes: (n) => [[1, 3, n], [1, 3, n], [1, 3, n], [3, 3, 1]],
    run: ([q, k, v, bias]) =>
      attention(
        { q: { tensor: q, first: 0 }, k: { tensor: k, first: 0 }, v: { tensor: v, first: 0 }, bias },
        {
          batch: 1,
          heads: 1,
          keyHeads: 1,
          headWidth: q.shape[2],
          queries: 3,
          keys: 3,
          scale: 1,
          causal: false,
        },
      ),
  },
  crossEntropy: {
    shapes: (n) => [[3, n]],
    run: ([logits]) => crossEntropy(logits, tensor(logits.gpu, new Int32Array([0, 1, 2]))),
  },
  divergence: {
    shapes: (n) => [[3, n], [3, n]],
    run: ([student, teacher]) => {
      const labels = tensor(student.gpu, new Int32Array([0, 1, 2]));
      return divergence(student, teacher, { labels });
    },
  },
  addLowRank: {
    shapes: (n) => [[n, n], [3, n], [n, 3]],
    run: ([weight, a, b]) => addLowRank(weight, [{ row: 0, a, b, scale: 2 }]),
  },
  product: { shapes: (n) => [[n, n], [n, n]], run: ([a, b]) => product(a, b) },
  absoluteSum: { shapes: (n) => [[3, n]], run: ([x]) => absoluteSum(x) },
  matrixNormSum: { shapes: (n) => [[3, n]], run: ([x]) => matrixNormSum(x) },
  squaredDistance: {
    shapes: (n) => [[3, n], [3, n], [3, n]],
    run: ([x, center, weights]) => squaredDistance(x, { center, weights }),
  },
};

Deno.test("a NaN in any operand shows in the result: no run that went wrong looks right", async () => {
  using gpu = await openGpu();
  for (const [name, { shapes, run }] of Object.entries(OPERATIONS)) {
    for (const n of [4, 5]) {
      shapes(n).forEach((_, broken) =>
        scope(gpu, () => {
          const operands = shapes(n).map((shape, i) => {
            const data = new Float32Array(shape.reduce((a, b) => a * b)).fill(0.5);
            if (i === broken) data[1] = NaN;
            return tensor(gpu, data, shape);
          });
          const found = run(operands).readFloats();
          assert(found.some(Number.isNaN), `${name}, operand ${broken}, width ${n}: ${found}`);
        })
      );
    }
  }
});

Deno.test("a row whose keys are all hidden stays finite", async () => {
  using gpu = await openGpu();
  scope(gpu, () => {
    const x = tensor(gpu, new Float32Array(2 * 3 * 4).fill(0.5), [2, 3, 4]);
    const mask = tensor(gpu, new Int32Array([0, 0, 0, 1, 1, 0]), [2, 3]);
    const source = { tensor: x, first: 0 };
    const sizes = {
      batch: 2,
      heads: 1,
      keyHeads: 1,
      headWidth: 4,
      queries: 3,
      keys: 3,
      scale: 1,
      causal: false,
    };
    const found = attention({ q: source, k: source, v: source, mask }, sizes).readFloats();
    assert(found.every((value) => Math.abs(value - 0.5) < 1e-6), `${found}`);
  });
});
