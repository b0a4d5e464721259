/** Element-wise kernels on whole tensors. @module */
import { float } from "../gpu/uniform_store.ts";
import type { Tensor } from "../tensor/tensor.ts";
import addScaledCode from "./add_scaled.wgsl" with { type: "text" };
import fillCode from "./fill.wgsl" with { type: "text" };
import { chooseLane, gridFor, laneKernel } from "./lane_kernel.ts";

const FILL = laneKernel("fill", fillCode);
const ADD_SCALED = laneKernel("add_scaled", addScaledCode);

/** Sets every element to `value`. */
export function fill(target: Tensor, value: number): void {
  const { kernel, lane } = chooseLane(FILL, target.size);
  const lanes = target.size / lane;
  const grid = gridFor(lanes, 64);
  target.gpu.dispatch(kernel, [target.range], { uniform: [lanes, grid[0] * 64, float(value)], grid });
}

/** `target = keep · target + scale · source`; with `keep` 0 the old contents do not matter. */
export function addScaled(
  source: Tensor,
  target: Tensor,
  options: { readonly keep?: number; readonly scale?: number } = {},
): void {
  const { keep = 1, scale = 1 } = options;
  const { kernel, lane } = chooseLane(ADD_SCALED, target.size);
  const lanes = target.size / lane;
  const grid = gridFor(lanes, 64);
  target.gpu.dispatch(kernel, [source.range, target.range], {
    uniform: [lanes, grid[0] * 64, float(keep), float(scale)],
    grid,
  });
}
