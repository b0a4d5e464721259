/** Products of normalized activations with weights. @module */
import { normLinearBackward, normLinearForward, normLinearTile } from "../../kernels/norm_linear.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import { hasProduct } from "../own_product.ts";
import { record } from "../tape.ts";
import { linear, weightGradient } from "./linear.ts";
import { rmsNorm, type RmsNormOptions } from "./rms_norm.ts";

/** The normalization's `gain [D]` and the weight `[out, D]`. */
export interface NormLinearWeights {
  readonly gain: Tensor;
  readonly weight: Tensor;
}

/**
 * `y = norm(x) Wᵀ`.
 *
 * Where the gain is a constant and the adapter's registers hold whole rows, it takes one launch each way, beside the
 * one for the gradient of W; else it is {@linkcode rmsNorm} and {@linkcode linear}.
 *
 * @param x `[…, D]`
 * @returns `[…, out]`
 */
export function normLinear(
  x: Tensor,
  { gain, weight }: NormLinearWeights,
  options: RmsNormOptions = {},
): Tensor {
  const { eps = 1e-6, scale = 1 } = options;
  const operands = { x, gain, weight, eps, scale };
  const tile = gain.origin || hasProduct(weight) ? null : normLinearTile(operands);
  if (!tile) return linear(rmsNorm(x, gain, options), weight);
  const y = empty(x.gpu, [...x.shape.slice(0, -1), weight.shape[0]]);
  const normal = weight.origin ? empty(x.gpu, x.shape) : null;
  normLinearForward(operands, tile, { y, normal });
  return record([x, weight], y, (dy, sink) => {
    if (normal && sink.wants(1)) weightGradient(normal, dy, sink.slot(1), scale);
    if (sink.wants(0)) normLinearBackward(operands, tile, dy, sink.slot(0));
  });
}
