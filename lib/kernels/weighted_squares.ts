/** Weighted squared distances. @module */
import type { Tensor } from "../tensor/tensor.ts";
import { chooseLane, gridFor, laneKernel } from "./lane_kernel.ts";
import { partialSums, sumKernel } from "./partial_sums.ts";
import { total } from "./total.ts";
import forwardCode from "./weighted_squares.wgsl" with { type: "text" };
import gradientCode from "./weighted_squares_gradient.wgsl" with { type: "text" };

const FORWARD = sumKernel("weighted_squares", forwardCode);
const GRADIENT = laneKernel("weighted_squares_gradient", gradientCode);

/** A point, where it should be, and how much each coordinate counts; all of one size. */
export interface WeightedSquares {
  readonly x: Tensor;
  readonly center: Tensor;
  readonly weights: Tensor;
}

/** `sum [1] = Σ w (x − c)²`. */
export function weightedSquares({ x, center, weights }: WeightedSquares, sum: Tensor): void {
  using partial = partialSums(FORWARD, [x, center, weights]);
  total(partial, sum);
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
