/** The rectifier. @module */
import { reluBackward, reluForward } from "../../kernels/relu.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import { record } from "../tape.ts";

/**
 * `y = max(x, 0)`, element by element.
 *
 * @param x of any shape
 */
export function relu(x: Tensor): Tensor {
  const y = empty(x.gpu, x.shape);
  reluForward(x, y);
  return record([x], y, (dy, sink) => {
    const dx = empty(x.gpu, x.shape);
    reluBackward(y, dy, dx);
    sink.give(0, dx);
  });
}
