/** Frobenius norms of many matrices. @module */
import type { Tensor } from "../tensor/tensor.ts";
import { chooseLane, gridFor, laneKernel } from "./lane_kernel.ts";
import forwardCode from "./matrix_norms.wgsl" with { type: "text" };
import gradientCode from "./matrix_norms_gradient.wgsl" with { type: "text" };
import { sumSquares } from "./sum_squares.ts";

const FORWARD = { name: "matrix_norms", code: forwardCode };
const GRADIENT = laneKernel("matrix_norms_gradient", gradientCode);

/** `norms [L] = ‖x[l]‖_F` of the matrices of `x [L, …]`. */
export function matrixNorms(x: Tensor, norms: Tensor): void {
  using sums = sumSquares(x, norms.size);
  x.gpu.dispatch(FORWARD, [sums.range, norms.range], {
    uniform: [norms.size, sums.size / norms.size],
    grid: [Math.ceil(norms.size / 64)],
  });
}

/** `dx[l] = upstream · x[l] / norms[l]`, and 0 for a matrix of zeros. */
export function matrixNormsGradient(
  x: Tensor,
  norms: Tensor,
  gradient: { readonly upstream: Tensor; readonly dx: Tensor },
): void {
  const { kernel, lane } = chooseLane(GRADIENT, x.size / norms.size);
  const lanes = x.size / norms.size / lane;
  const [across, layers] = gridFor(lanes, 64);
  x.gpu.dispatch(kernel, [x, norms, gradient.upstream, gradient.dx].map(({ range }) => range), {
    uniform: [lanes, across * 64],
    grid: [across, norms.size, layers],
  });
}
