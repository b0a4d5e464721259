import { assert } from "@std/assert";
import { normLinear } from "../../lib/autograd/ops/norm_linear.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { Random } from "../../lib/tensor/random.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { tensor } from "../../lib/tensor/tensor.ts";
import { linearTwin } from "../reference/linear.ts";
import { normal, type Plain } from "../reference/plain.ts";
import { rmsNormTwin } from "../reference/rms_norm.ts";
import { checkGradients } from "./gradient_check.ts";

const SIZES = { eps: 0.1, scale: 0.5 };
const twin = (x: Plain, gain: Plain, weight: Plain) => linearTwin(rmsNormTwin(x, gain, SIZES), weight);

Deno.test("normLinear with a constant gain, in one launch and in two: values and gradients", async () => {
  using gpu = await openGpu();
  const random = new Random(43);
  for (const [rows, width, outputs] of [[1, 32, 4], [33, 64, 100], [7, 33, 8], [7, 64, 33], [3, 257, 7]]) {
    const gain = normal(random, width);
    checkGradients(gpu, {
      label: `normLinear ${rows}×${width}×${outputs}`,
      inputs: { x: normal(random, rows, width), weight: normal(random, outputs, width) },
      operation: ({ x, weight }) =>
        normLinear(x, { gain: tensor(gpu, new Float32Array(gain.data)), weight }, SIZES),
      twin: ({ x, weight }) => twin(x, gain, weight),
    });
  }
});

Deno.test("normLinear with a constant weight, or a gain under training: values and gradients", async () => {
  using gpu = await openGpu();
  const random = new Random(44);
  const [gain, weight] = [normal(random, 64), normal(random, 68, 64)];
  const upload = ({ data, shape }: Plain) => tensor(gpu, new Float32Array(data), shape);
  checkGradients(gpu, {
    label: "normLinear of x only",
    inputs: { x: normal(random, 20, 64) },
    operation: ({ x }) => normLinear(x, { gain: upload(gain), weight: upload(weight) }, SIZES),
    twin: ({ x }) => twin(x, gain, weight),
  });
  checkGradients(gpu, {
    label: "normLinear, all watched",
    inputs: { x: normal(random, 20, 64), gain, weight },
    operation: ({ x, ...weights }) => normLinear(x, weights, SIZES),
    twin: ({ x, gain, weight }) => twin(x, gain, weight),
  });
});

Deno.test("normLinear shows a NaN of any operand", async () => {
  using gpu = await openGpu();
  const shapes = [[3, 64], [64], [8, 64]];
  shapes.forEach((_, broken) =>
    scope(gpu, () => {
      const [x, gain, weight] = shapes.map((shape, i) => {
        const data = new Float32Array(shape.reduce((a, b) => a * b)).fill(0.5);
        if (i === broken) data[1] = NaN;
        return tensor(gpu, data, shape);
      });
      assert(normLinear(x, { gain, weight }).readFloats().some(Number.isNaN), `operand ${broken}`);
    })
  );
});
