/** The gated activations of T5 v1.1 and LLaMA (Shazeer, 2020). @module */
import { type GateActivation, gateBackward, gateForward } from "../../kernels/gate.ts";
import { columnsOf } from "../../tensor/shape.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import { record } from "../tape.ts";

/**
 * `y = activation(a) ⊙ b`; gelu in its tanh form.
 *
 * @param x `[…, 2F]`, the halves `a` and `b` of each row
 * @returns `[…, F]`
 */
export function gate(x: Tensor, activation: GateActivation): Tensor {
  const y = empty(x.gpu, [...x.shape.slice(0, -1), columnsOf(x.shape) / 2]);
  gateForward(activation, x, y);
  return record([x], y, (dy, sink) => gateBackward(activation, x, dy, sink.slot(0)));
}
