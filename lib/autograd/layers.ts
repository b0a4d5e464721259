/** Running the layers of a model one after the other, keeping no more than is needed. @module */
import { scope } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { readWith } from "./own_product.ts";
import { tapeOf } from "./tape.ts";

/** Options of {@linkcode runLayers}. */
export interface LayersOptions {
  /** The weights that the layers read: by them it is known whether gradients are wanted. */
  readonly weights: Readonly<Record<string, Tensor>>;
  /** Whether inner results are computed again on the way back instead of being kept; default false. */
  readonly recompute?: boolean;
}

/**
 * `x ← layer(x, i)` for i from 0 to `count` − 1. Where no weight is watched, everything but the result is
 * released on the way; with `recompute`, everything but the inputs of the layers.
 *
 * @returns the last x
 *
 * @example Two layers
 * ```ts
 * import { autograd, linear, openGpu, tensor } from "gorp";
 * using gpu = await openGpu();
 * const weights = { w: tensor(gpu, new Float32Array([0, 2, 1, 0]), [2, 2]) };
 * const x = tensor(gpu, new Float32Array([1, 3]), [1, 2]);
 * const y = autograd.runLayers(x, 2, { weights }, (x) => linear(x, weights.w));
 * console.log(y.read()); // 2, 6
 * ```
 */
export function runLayers(
  x: Tensor,
  count: number,
  options: LayersOptions,
  layer: (x: Tensor, index: number) => Tensor,
): Tensor {
  const tape = tapeOf([x, ...Object.values(options.weights).flatMap(readWith)]);
  let latest = x;
  for (let i = 0; i < count; i++) {
    const input = latest;
    const body = () => layer(input, i);
    if (tape) {
      latest = options.recompute ? tape.checkpointed(x.gpu, body) : body();
    } else {
      latest = scope(x.gpu, body);
      if (input !== x && input.buffer !== latest.buffer) input.dispose();
    }
  }
  return latest;
}
