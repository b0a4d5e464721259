/** Sums of squares, the start of a norm. @module */
import { empty, type Tensor } from "../tensor/tensor.ts";
import { chooseLane, laneKernel } from "./lane_kernel.ts";
import code from "./sum_squares.wgsl" with { type: "text" };

const KERNEL = laneKernel("sum_squares", code);
const MOST_GROUPS = 64;

/** At most 64 numbers whose sum is `Σ x²`; not finite where an element is not. */
export function sumSquares(x: Tensor): Tensor {
  const { kernel, lane } = chooseLane(KERNEL, x.size);
  const lanes = x.size / lane;
  const groups = Math.min(MOST_GROUPS, Math.ceil(lanes / 64));
  const sums = empty(x.gpu, [groups]);
  x.gpu.dispatch(kernel, [x.range, sums.range], { uniform: [lanes, groups], grid: [groups] });
  return sums;
}
