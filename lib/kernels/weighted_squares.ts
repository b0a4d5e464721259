/** Weighted squared distances. @module */
import { empty, type Tensor } from "../tensor/tensor.ts";
import { chooseLane, gridFor, laneKernel } from "./lane_kernel.ts";
import { total } from "./total.ts";
import forwardCode from "./weighted_squares.wgsl" with { type: "text" };
import gradientCode from "./weighted_squares_gradient.wgsl" with { type: "text" };

const FORWARD = laneKernel("weighted_squares", forwardCode);
const GRADIENT = laneKernel("weighted_squares_gradient", gradientCode);
const MOST_GROUPS = 64;

/** A point, where it should be, and how much each coordinate counts; all of one size. */
export interface WeightedSquares {
  readonly x: Tensor;
  readonly center: Tensor;
  readonly weights: Tensor;
}

/** `sum [1] = Σ w (x − c)²`. */
export function weightedSquares({ x, center, weights }: WeightedSquares, sum: Tensor): void {
  const { kernel, lane } = chooseLane(FORWARD, x.size);
  const lanes = x.size / lane;
  const groups = Math.min(MOST_GROUPS, Math.ceil(lanes / 64));
  const partial = empty(x.gpu, [groups]);
  x.gpu.dispatch(kernel, [x, center, weights, partial].map(({ range }) => range), {
    uniform: [lanes, groups],
    grid: [groups],
  });
  total(partial, sum);
  partial.dispose();
}

/** `dx = 2 · upstream · w (x − c)`. */
export function weightedSquaresGradient(
  { x, center, weights }: WeightedSquares,
  upstream: Tensor,
  dx: Tensor,
): void {
  const { kernel, lane } = chooseLane(GRADIENT, x.size);
  const grid = gridFor(x.size / lane, 64);
  x.gpu.dispatch(kernel, [x, center, weights, upstream, dx].map(({ range }) => range), {
    uniform: [x.size / lane, grid[0] * 64],
    grid,
  });
}
