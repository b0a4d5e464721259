/** A scalar from a tensor, mostly for checking gradients. @module */
import { matmul } from "../../kernels/matmul.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import { record } from "../tape.ts";

/**
 * `Σ weights ⊙ x`, `[1]`: its gradient with respect to `x` is `weights`, which makes it the loss that probes
 * any operation's backward rule.
 *
 * @param weights of x's size, a constant
 */
export function weightedTotal(x: Tensor, weights: Tensor): Tensor {
  const { gpu, size } = x;
  const y = empty(gpu, [1]);
  const flat = (tensor: Tensor, rows: number, columns: number) => ({
    tensor,
    rows,
    columns,
    stride: columns,
    offset: 0,
    batchStride: 0,
  });
  matmul(flat(x, 1, size), flat(weights, size, 1), flat(y, 1, 1));
  return record([x], y, (upstream, sink) => {
    const { gradient, previous } = sink.slot(0);
    matmul(flat(weights, size, 1), flat(upstream, 1, 1), flat(gradient, size, 1), {
      ...(previous ? { epilogue: "residual", operand: flat(previous, size, 1) } : {}),
    });
  });
}
