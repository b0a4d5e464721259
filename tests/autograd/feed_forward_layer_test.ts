import { assert } from "@std/assert";
import { feedForwardLayer } from "../../lib/autograd/ops/feed_forward_layer.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { feedForwardTile } from "../../lib/kernels/feed_forward.ts";
import { Random } from "../../lib/tensor/random.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { tensor } from "../../lib/tensor/tensor.ts";
import { feedForwardTwin } from "../reference/feed_forward.ts";
import { normal, type Plain } from "../reference/plain.ts";
import { rmsNormTwin } from "../reference/rms_norm.ts";
import { checkGradients } from "./gradient_check.ts";

interface Weights {
  readonly gain: Plain;
  readonly inner: Plain;
  readonly outer: Plain;
}

const twin = (x: Plain, { gain, inner, outer }: Weights) =>
  feedForwardTwin(rmsNormTwin(x, gain, { eps: 0.1, scale: 1 }), { inner, outer }, x);

/** Rows, width and hidden width; one launch holds widths of 32, 64 and 128 on the software adapter. */
const SIZES = [[1, 32, 32], [33, 32, 96], [7, 64, 64], [33, 64, 128], [9, 128, 128], [7, 33, 33], [
  9,
  64,
  100,
]];

Deno.test("feedForwardLayer with constant weights: values and gradients", async () => {
  using gpu = await openGpu();
  const random = new Random(21);
  for (const [rows, width, hidden] of SIZES) {
    const weights = {
      ...{ gain: normal(random, width), inner: normal(random, hidden, width) },
      outer: normal(random, width, hidden),
    };
    const upload = ({ data, shape }: Plain) => tensor(gpu, new Float32Array(data), shape);
    checkGradients(gpu, {
      label: `feedForwardLayer ${rows}×${width}×${hidden}`,
      inputs: { x: normal(random, rows, width) },
      operation: ({ x }) => {
        const [gain, inner, outer] = [weights.gain, weights.inner, weights.outer].map(upload);
        return feedForwardLayer(x, { gain, inner, outer }, { eps: 0.1 });
      },
      twin: ({ x }) => twin(x, weights),
    });
  }
});

Deno.test("feedForwardLayer with weights under training: values and gradients", async () => {
  using gpu = await openGpu();
  const random = new Random(22);
  checkGradients(gpu, {
    label: "feedForwardLayer, all watched",
    inputs: {
      ...{ x: normal(random, 5, 32), gain: normal(random, 32) },
      ...{ inner: normal(random, 64, 32), outer: normal(random, 32, 64) },
    },
    operation: ({ x, ...weights }) => feedForwardLayer(x, weights, { eps: 0.1 }),
    twin: ({ x, ...weights }) => twin(x, weights),
  });
});

Deno.test("feedForwardLayer shows a NaN of any operand", async () => {
  using gpu = await openGpu();
  const shapes = [[3, 64], [64], [64, 64], [64, 64]];
  shapes.forEach((_, broken) =>
    scope(gpu, () => {
      const [x, gain, inner, outer] = shapes.map((shape, i) => {
        const data = new Float32Array(shape.reduce((a, b) => a * b)).fill(0.5);
        if (i === broken) data[1] = NaN;
        return tensor(gpu, data, shape);
      });
      const operands = { x, gain, inner, outer, eps: 1e-6 };
      assert(!gpu.software || feedForwardTile(operands), "the software adapter holds these rows");
      const y = feedForwardLayer(x, { gain, inner, outer });
      assert(y.readFloats().some(Number.isNaN), `operand ${broken}`);
    })
  );
});
