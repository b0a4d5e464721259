/** Weights that do not come from a file. @module */
import type { Gpu } from "../gpu/gpu.ts";
import type { Random } from "../tensor/random.ts";
import { elementCount } from "../tensor/shape.ts";
import { type Tensor, tensor, zeros } from "../tensor/tensor.ts";
import type { PackedWeight, Weights } from "./layout.ts";
import { keptAs, type LoadOptions } from "./packed_weights.ts";

/** Draws the weights of a layout: each stored tensor from a stream of its own, named after it. */
export function freshWeights(gpu: Gpu, layout: readonly PackedWeight[], random: Random): Weights {
  const weights: Record<string, Tensor> = {};
  for (const { key, shape, parts } of layout) {
    const rowSize = elementCount(shape) / shape[0];
    const data = new Float32Array(elementCount(shape));
    for (const { name, row, rows, init } of parts) {
      const part = data.subarray(row * rowSize, (row + rows) * rowSize);
      if (init === "ones") part.fill(1);
      else part.set(random.fork(name).normalArray(part.length, init));
    }
    weights[key] = tensor(gpu, data, shape);
  }
  return weights;
}

/** Tensors of a layout's shapes, of zeros: written to, so that they take the memory that loaded ones take. */
export function emptyWeights(
  gpu: Gpu,
  layout: readonly PackedWeight[],
  options: LoadOptions = {},
): Weights {
  return Object.fromEntries(
    layout.map((weight) => [weight.key, zeros(gpu, weight.shape, { dtype: keptAs(weight, options) })]),
  );
}
