/** The first of the two launches that a sum over many elements takes. @module */
import { empty, type Tensor } from "../tensor/tensor.ts";
import { chooseLane, type LaneKernel, laneKernel } from "./lane_kernel.ts";
import code from "./partial_sums.wgsl" with { type: "text" };

/** Workgroups that share a sum: enough to keep a device busy, few enough to be added up by one thread. */
const MOST_GROUPS = 64;

/** Makes a kernel from the source that says what is added (see `partial_sums.wgsl`). */
export function sumKernel(name: string, term: string): LaneKernel {
  return laneKernel(name, term + code);
}

/**
 * At most 64 numbers for each of `count` equal parts of the operands, whose sum is that of the part: `[count, …]`.
 *
 * @param operands of one size
 */
export function partialSums(form: LaneKernel, operands: readonly Tensor[], count = 1): Tensor {
  const [{ gpu, size }] = operands;
  const { kernel, lane } = chooseLane(form, size / count);
  const lanes = size / count / lane;
  const groups = Math.min(MOST_GROUPS, Math.ceil(lanes / 64));
  const sums = empty(gpu, [count, groups]);
  const ranges = [...operands, sums].map(({ range }) => range);
  gpu.dispatch(kernel, ranges, { uniform: [lanes, groups], grid: [groups, count] });
  return sums;
}
