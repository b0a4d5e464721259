import { assertEquals, assertThrows } from "@std/assert";
import { absoluteSum } from "../../lib/autograd/ops/absolute_sum.ts";
import { divergence } from "../../lib/autograd/ops/divergence.ts";
import { matrixNormSum } from "../../lib/autograd/ops/matrix_norms.ts";
import { product } from "../../lib/autograd/ops/product.ts";
import { squaredDistance } from "../../lib/autograd/ops/squared_distance.ts";
import { weightedSum } from "../../lib/autograd/ops/weighted_sum.ts";
import { Tape } from "../../lib/autograd/tape.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { Random } from "../../lib/tensor/random.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { tensor, zeros } from "../../lib/tensor/tensor.ts";
import {
  absoluteSumTwin,
  batchProductTwin,
  divergenceTwin,
  matrixNormSumTwin,
  squaredDistanceTwin,
} from "../reference/penalties.ts";
import { normal } from "../reference/plain.ts";
import { checkGradients } from "./gradient_check.ts";

const SHAPES = [[1, 1], [7, 33], [33, 7], [257, 1], [4, 8], [2, 3, 5], [3, 4, 8], [2, 33, 20]];

Deno.test("product: values and gradients, of one matrix and of many, each way round", async () => {
  using gpu = await openGpu();
  const random = new Random(21);
  for (const [m, k, n] of [[1, 1, 1], [7, 33, 5], [8, 4, 12], [33, 1, 7]]) {
    for (const batch of [[], [1], [3]]) {
      for (const [transposeA, transposeB] of [[false, false], [true, false], [false, true], [true, true]]) {
        const options = { transposeA, transposeB };
        checkGradients(gpu, {
          label: `product ${m}×${k}×${n}, ${batch} ${JSON.stringify(options)}`,
          inputs: {
            a: normal(random, ...batch, ...(transposeA ? [k, m] : [m, k])),
            b: normal(random, ...batch, ...(transposeB ? [n, k] : [k, n])),
          },
          operation: ({ a, b }) => product(a, b, options),
          twin: ({ a, b }) => batchProductTwin(a, b, options),
        });
      }
    }
  }
  assertThrows(() => product(zeros(gpu, [2, 3, 4]), zeros(gpu, [4, 2])), RangeError, "matrix by matrix");
  assertThrows(() => product(zeros(gpu, [3, 4]), zeros(gpu, [3, 4])), RangeError, "Cannot multiply");
});

Deno.test("sums of magnitudes, of squares and of norms: values and gradients", async () => {
  using gpu = await openGpu();
  const random = new Random(22);
  for (const shape of SHAPES) {
    const x = normal(random, ...shape);
    // Central differences are no derivative at the kink.
    x.data.forEach((value, i) => x.data[i] = Math.abs(value) < 1e-3 ? 0.5 : value);
    const label = shape.join("×");
    const inputs = { x };
    checkGradients(gpu, {
      ...{ label: `absoluteSum ${label}`, inputs },
      operation: ({ x }) => absoluteSum(x),
      twin: ({ x }) => absoluteSumTwin(x),
    });
    checkGradients(gpu, {
      ...{ label: `matrixNormSum ${label}`, inputs },
      operation: ({ x }) => matrixNormSum(x),
      twin: ({ x }) => matrixNormSumTwin(x),
    });
    const [center, weights] = [normal(random, ...shape), normal(random, ...shape)];
    const constant = ({ data }: { data: Float64Array }) => tensor(gpu, new Float32Array(data), shape);
    checkGradients(gpu, {
      ...{ label: `squaredDistance ${label}`, inputs },
      operation: ({ x }) => squaredDistance(x, { center: constant(center), weights: constant(weights) }),
      twin: ({ x }) => squaredDistanceTwin(x, center, weights),
    });
    checkGradients(gpu, {
      ...{ label: `squaredDistance from 0, ${label}`, inputs },
      operation: ({ x }) => squaredDistance(x),
      twin: ({ x }) => squaredDistanceTwin(x),
    });
  }
  assertThrows(() => squaredDistance(zeros(gpu, [2]), { center: zeros(gpu, [3]) }), RangeError, "[3]");
});

Deno.test("the gradients of magnitudes and norms at zero are zero", async () => {
  using gpu = await openGpu();
  scope(gpu, () => {
    for (const penalty of [absoluteSum, matrixNormSum]) {
      const tape = new Tape();
      const x = tape.watch(tensor(gpu, new Float32Array([0, 0, 3, -4]), [2, 1, 2]));
      tape.backward(penalty(x));
      const [first, second, third, fourth] = tape.gradient(x).readFloats();
      assertEquals([first, second], [0, 0]);
      assertEquals([Math.sign(third), Math.sign(fourth)], [1, -1]);
    }
  });
});

Deno.test("divergence: values and gradients at several temperatures, only where there are labels", async () => {
  using gpu = await openGpu();
  const random = new Random(23);
  for (const [rows, columns] of [[1, 1], [7, 33], [33, 8], [5, 257]]) {
    for (const temperature of [1, 2, 0.5]) {
      const teacher = normal(random, rows, columns);
      const labels = Int32Array.from({ length: rows }, (_, row) => row % 3 === 1 ? -100 : row % columns);
      const options = { labels, temperature };
      const onGpu = { labels: tensor(gpu, labels), temperature };
      const fixed = tensor(gpu, new Float32Array(teacher.data), [rows, columns]);
      checkGradients(gpu, {
        label: `divergence ${rows}×${columns} at ${temperature}`,
        inputs: { student: normal(random, rows, columns) },
        operation: ({ student }) => divergence(student, fixed, onGpu),
        twin: ({ student }) => divergenceTwin(student, teacher, options),
      });
    }
  }
  const labels = tensor(gpu, new Int32Array([-100, -100]));
  const [a, b] = [tensor(gpu, random.normalArray(6), [2, 3]), tensor(gpu, random.normalArray(6), [2, 3])];
  assertEquals(divergence(a, b, { labels }).item(), 0);
  assertThrows(() => divergence(a, b.view([3, 2]), { labels }), RangeError, "[3, 2]");
  assertThrows(() => divergence(a, b, { labels, temperature: 0 }), RangeError, "positive");
});

Deno.test("divergence holds for logits far from zero", async () => {
  using gpu = await openGpu();
  const labels = tensor(gpu, new Int32Array([0]));
  const student = tensor(gpu, new Float32Array([1000, 998, -1000]), [1, 3]);
  const teacher = tensor(gpu, new Float32Array([-998, -1000, -3000]), [1, 3]);
  assertEquals(divergence(student, teacher, { labels }).item(), 0);
});

Deno.test("weightedSum: values and gradients, also of a term that comes twice", async () => {
  using gpu = await openGpu();
  const random = new Random(24);
  checkGradients(gpu, {
    label: "weightedSum",
    inputs: { a: normal(random, 1), b: normal(random, 1) },
    operation: ({ a, b }) => weightedSum([[a, 2], [b, -0.5], [a, 3]]),
    twin: ({ a, b }) => ({ shape: [1], data: new Float64Array([5 * a.data[0] - 0.5 * b.data[0]]) }),
  });
  assertThrows(() => weightedSum([]), RangeError, "at least one");
  assertThrows(() => weightedSum([[zeros(gpu, [2]), 1]]), RangeError, "one element");
});
