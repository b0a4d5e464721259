/** The feed-forward block with a rectifier. @module */
import { matmul, matrixOf } from "../../kernels/matmul.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import { record } from "../tape.ts";
import { productOf } from "../own_product.ts";
import { relu } from "./relu.ts";
import { inputGradient, linear, passResidual, weightGradient } from "./linear.ts";

/** Weights of the block: `inner [F, D]`, `outer [D, F]`. */
export interface FeedForwardWeights {
  readonly inner: Tensor;
  readonly outer: Tensor;
}

/**
 * `y = residual + max(x Wᵢᵀ, 0) Wₒᵀ` (T5 v1.0's feed-forward layer with its residual).
 *
 * @param x `[…, D]`, the normalized input
 * @param residual `[…, D]`
 */
export function feedForward(x: Tensor, weights: FeedForwardWeights, residual: Tensor): Tensor {
  const { inner, outer } = weights;
  if (productOf(inner) || productOf(outer)) return linear(relu(linear(x, inner)), outer, { residual });
  const hidden = empty(x.gpu, [...x.shape.slice(0, -1), inner.shape[0]]);
  matmul(matrixOf(x), matrixOf(inner), matrixOf(hidden), { transposeB: true, epilogue: "relu" });
  const y = empty(x.gpu, residual.shape);
  matmul(matrixOf(hidden), matrixOf(outer), matrixOf(y), {
    transposeB: true,
    epilogue: "residual",
    operand: matrixOf(residual),
  });
  return record([x, inner, outer, residual], y, (dy, sink) => {
    if (sink.wants(2)) weightGradient(hidden, dy, sink.slot(2));
    if (sink.wants(0) || sink.wants(1)) {
      const dHidden = empty(x.gpu, hidden.shape);
      matmul(matrixOf(dy), matrixOf(outer), matrixOf(dHidden), {
        epilogue: "reluMask",
        operand: matrixOf(hidden),
      });
      if (sink.wants(1)) weightGradient(x, dHidden, sink.slot(1));
      if (sink.wants(0)) inputGradient(dHidden, inner, sink.slot(0));
      dHidden.dispose();
    }
    passResidual(sink, 3, dy);
  });
}
