/** The feed-forward layer of T5 v1.0. @module */
import { feedForwardBackward, feedForwardForward, feedForwardTile } from "../../kernels/feed_forward.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import { hasProduct } from "../own_product.ts";
import { record } from "../tape.ts";
import { feedForward, type FeedForwardWeights } from "./feed_forward.ts";
import { rmsNorm } from "./rms_norm.ts";

/** The layer's weights: the normalization's `gain [D]`, `inner [F, D]`, `outer [D, F]`. */
export interface FeedForwardLayerWeights extends FeedForwardWeights {
  readonly gain: Tensor;
}

/**
 * `y = x + max(norm(x) Wᵢᵀ, 0) Wₒᵀ`: normalization, feed-forward block and residual.
 *
 * Where the weights are constants without products of their own and the adapter's registers hold whole rows, it takes one launch each way and
 * stores no hidden value; else it is {@linkcode rmsNorm} and {@linkcode feedForward}.
 *
 * @param x `[…, D]`
 */
export function feedForwardLayer(
  x: Tensor,
  weights: FeedForwardLayerWeights,
  options: { readonly eps?: number } = {},
): Tensor {
  const { gain, inner, outer } = weights;
  const { eps = 1e-6 } = options;
  const operands = { x, gain, inner, outer, eps };
  const constant = [gain, inner, outer].every((weight) => !weight.origin && !hasProduct(weight));
  const tile = constant ? feedForwardTile(operands) : null;
  if (!tile) return feedForward(rmsNorm(x, gain, { eps }), weights, x);
  const y = empty(x.gpu, x.shape);
  const signs = feedForwardForward(operands, tile, y);
  return record([x], y, (dy, sink) => {
    const dx = empty(x.gpu, x.shape);
    feedForwardBackward(operands, tile, { signs, dy, dx });
    sink.give(0, dx);
  });
}
