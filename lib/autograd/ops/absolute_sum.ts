/** The entrywise 1-norm. @module */
import { absoluteSum as forward, absoluteSumGradient } from "../../kernels/absolute_sum.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import { record } from "../tape.ts";

/**
 * `Σ |x|` over all elements, `[1]`. Its gradient is the sign of x, 0 at 0.
 *
 * @param x of any shape
 */
export function absoluteSum(x: Tensor): Tensor {
  const sum = empty(x.gpu, [1]);
  forward(x, sum);
  return record([x], sum, (upstream, sink) => {
    const dx = empty(x.gpu, x.shape);
    absoluteSumGradient(x, upstream, dx);
    sink.give(0, dx);
  });
}
