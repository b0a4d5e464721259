/** Gated activations. @module */
import { columnsOf, rowsOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import backwardCode from "./gate_backward.wgsl" with { type: "text" };
import forwardCode from "./gate.wgsl" with { type: "text" };
import geluCode from "./gelu.wgsl" with { type: "text" };
import { chooseLane, gridOfRows, laneKernel } from "./lane_kernel.ts";
import siluCode from "./silu.wgsl" with { type: "text" };

/** What one half of each row goes through before it multiplies the other: the tanh form of gelu, or silu. */
export type GateActivation = "gelu" | "silu";

const FORWARD = {
  gelu: laneKernel("gelu_gate", geluCode + forwardCode),
  silu: laneKernel("silu_gate", siluCode + forwardCode),
};
const BACKWARD = {
  gelu: laneKernel("gelu_gate_backward", geluCode + backwardCode),
  silu: laneKernel("silu_gate_backward", siluCode + backwardCode),
};

/** `y [rows, F] = activation(a) ⊙ b`, with `x [rows, 2F] = [a, b]`. */
export function gateForward(activation: GateActivation, x: Tensor, y: Tensor): void {
  const width = columnsOf(y.shape);
  const { kernel, lane } = chooseLane(FORWARD[activation], width);
  const rows = rowsOf(y.shape);
  const { down, grid } = gridOfRows(rows, width / lane);
  x.gpu.dispatch(kernel, [x.range, y.range], { uniform: [rows, width / lane, down], grid });
}

/** The gradient of `x [rows, 2F]`, plus a previous one. */
export function gateBackward(
  activation: GateActivation,
  x: Tensor,
  dy: Tensor,
  dx: { readonly gradient: Tensor; readonly previous: Tensor | null },
): void {
  const width = columnsOf(dy.shape);
  const { kernel, lane } = chooseLane(BACKWARD[activation], width);
  const rows = rowsOf(dy.shape);
  const { down, grid } = gridOfRows(rows, width / lane);
  x.gpu.dispatch(kernel, [x.range, dy.range, (dx.previous ?? x).range, dx.gradient.range], {
    uniform: [rows, width / lane, down, Number(dx.previous !== null)],
    grid,
  });
}
