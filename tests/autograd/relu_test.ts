import { assertEquals } from "@std/assert";
import { relu } from "../../lib/autograd/ops/relu.ts";
import { weightedTotal } from "../../lib/autograd/ops/weighted_total.ts";
import { Tape } from "../../lib/autograd/tape.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { Random } from "../../lib/tensor/random.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { tensor } from "../../lib/tensor/tensor.ts";
import { normal } from "../reference/plain.ts";
import { reluTwin } from "../reference/relu.ts";
import { checkGradients } from "./gradient_check.ts";

Deno.test("relu: values and gradients", async () => {
  using gpu = await openGpu();
  const random = new Random(10);
  for (const shape of [[1, 1], [7, 33], [33, 7], [257, 1], [4, 8], [2, 3, 5]]) {
    const x = normal(random, ...shape);
    // Central differences are no derivative at the kink.
    x.data.forEach((value, i) => x.data[i] = Math.abs(value) < 1e-3 ? 0.5 : value);
    checkGradients(gpu, {
      label: `relu ${shape.join("×")}`,
      inputs: { x },
      operation: ({ x }) => relu(x),
      twin: ({ x }) => reluTwin(x),
    });
  }
});

Deno.test("relu: the gradient at zero is zero", async () => {
  using gpu = await openGpu();
  using x = tensor(gpu, new Float32Array([-1, 0, 2, 3]));
  using ones = tensor(gpu, new Float32Array(4).fill(1));
  const gradient = scope(gpu, () => {
    const tape = new Tape();
    const watched = tape.watch(x);
    tape.backward(weightedTotal(relu(watched), ones));
    return tape.gradient(watched);
  });
  assertEquals([...gradient.read()], [0, 0, 1, 1]);
  gradient.dispose();
});
