/** The gated activation of T5 v1.1. @module */
import { columnsOf, rowsOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import backwardCode from "./gelu_gate_backward.wgsl" with { type: "text" };
import forwardCode from "./gelu_gate.wgsl" with { type: "text" };
import { chooseLane, gridOfRows, laneKernel } from "./lane_kernel.ts";

const FORWARD = laneKernel("gelu_gate", forwardCode);
const BACKWARD = laneKernel("gelu_gate_backward", backwardCode);

/** `y [rows, F] = gelu(a) ⊙ b`, with `x [rows, 2F] = [a, b]`. */
export function geluGateForward(x: Tensor, y: Tensor): void {
  const width = columnsOf(y.shape);
  const { kernel, lane } = chooseLane(FORWARD, width);
  const rows = rowsOf(y.shape);
  const { down, grid } = gridOfRows(rows, width / lane);
  x.gpu.dispatch(kernel, [x.range, y.range], { uniform: [rows, width / lane, down], grid });
}

/** The gradient of `x [rows, 2F]`, plus a previous one. */
export function geluGateBackward(
  x: Tensor,
  dy: Tensor,
  dx: { readonly gradient: Tensor; readonly previous: Tensor | null },
): void {
  const width = columnsOf(dy.shape);
  const { kernel, lane } = chooseLane(BACKWARD, width);
  const rows = rowsOf(dy.shape);
  const { down, grid } = gridOfRows(rows, width / lane);
  x.gpu.dispatch(kernel, [x.range, dy.range, (dx.previous ?? x).range, dx.gradient.range], {
    uniform: [rows, width / lane, down, Number(dx.previous !== null)],
    grid,
  });
}
