/** The gated activation of T5 v1.1 (Shazeer, 2020). @module */
import { geluGateBackward, geluGateForward } from "../../kernels/gelu_gate.ts";
import { columnsOf } from "../../tensor/shape.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import { record } from "../tape.ts";

/**
 * `y = gelu(a) ⊙ b` with the tanh form of gelu.
 *
 * @param x `[…, 2F]`, the halves `a` and `b` of each row
 * @returns `[…, F]`
 */
export function geluGate(x: Tensor): Tensor {
  const y = empty(x.gpu, [...x.shape.slice(0, -1), columnsOf(x.shape) / 2]);
  geluGateForward(x, y);
  return record([x], y, (dy, sink) => geluGateBackward(x, dy, sink.slot(0)));
}
