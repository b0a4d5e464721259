/** The rectifier. @module */
import type { Tensor } from "../tensor/tensor.ts";
import { chooseLane, gridFor, laneKernel } from "./lane_kernel.ts";
import forwardCode from "./relu.wgsl" with { type: "text" };
import backwardCode from "./relu_backward.wgsl" with { type: "text" };

const FORWARD = laneKernel("relu", forwardCode);
const BACKWARD = laneKernel("relu_backward", backwardCode);

/** `y = max(x, 0)`, of any shape. */
export function reluForward(x: Tensor, y: Tensor): void {
  const { kernel, lane } = chooseLane(FORWARD, x.size);
  const grid = gridFor(x.size / lane, 64);
  x.gpu.dispatch(kernel, [x.range, y.range], { uniform: [x.size / lane, grid[0] * 64], grid });
}

/** The gradient of `x` from that of `y = max(x, 0)`; 0 where `y` is 0. */
export function reluBackward(y: Tensor, dy: Tensor, dx: Tensor): void {
  const { kernel, lane } = chooseLane(BACKWARD, y.size);
  const grid = gridFor(y.size / lane, 64);
  y.gpu.dispatch(kernel, [y.range, dy.range, dx.range], { uniform: [y.size / lane, grid[0] * 64], grid });
}
