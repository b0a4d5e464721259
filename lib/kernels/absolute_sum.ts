/** Sums of magnitudes. @module */
import type { Tensor } from "../tensor/tensor.ts";
import forwardCode from "./absolute_sum.wgsl" with { type: "text" };
import gradientCode from "./absolute_sum_gradient.wgsl" with { type: "text" };
import { chooseLane, gridFor, laneKernel } from "./lane_kernel.ts";
import { partialSums, sumKernel } from "./partial_sums.ts";
import { total } from "./total.ts";

const FORWARD = sumKernel("absolute_sum", forwardCode);
const GRADIENT = laneKernel("absolute_sum_gradient", gradientCode);

/** `sum [1] = Σ |x|`. */
export function absoluteSum(x: Tensor, sum: Tensor): void {
  using partial = partialSums(FORWARD, [x]);
  total(partial, sum);
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
