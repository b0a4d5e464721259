/** Sums of magnitudes. @module */
import { empty, type Tensor } from "../tensor/tensor.ts";
import forwardCode from "./absolute_sum.wgsl" with { type: "text" };
import gradientCode from "./absolute_sum_gradient.wgsl" with { type: "text" };
import { chooseLane, gridFor, laneKernel } from "./lane_kernel.ts";
import { total } from "./total.ts";

const FORWARD = laneKernel("absolute_sum", forwardCode);
const GRADIENT = laneKernel("absolute_sum_gradient", gradientCode);
const MOST_GROUPS = 64;

/** `sum [1] = Σ |x|`. */
export function absoluteSum(x: Tensor, sum: Tensor): void {
  const { kernel, lane } = chooseLane(FORWARD, x.size);
  const lanes = x.size / lane;
  const groups = Math.min(MOST_GROUPS, Math.ceil(lanes / 64));
  const partial = empty(x.gpu, [groups]);
  x.gpu.dispatch(kernel, [x.range, partial.range], { uniform: [lanes, groups], grid: [groups] });
  total(partial, sum);
  partial.dispose();
}

/** `dx = upstream · sign(x)`, 0 where x is 0. */
export function absoluteSumGradient(x: Tensor, upstream: Tensor, dx: Tensor): void {
  const { kernel, lane } = chooseLane(GRADIENT, x.size);
  const grid = gridFor(x.size / lane, 64);
  x.gpu.dispatch(kernel, [x.range, upstream.range, dx.range], {
    uniform: [x.size / lane, grid[0] * 64],
    grid,
  });
}
