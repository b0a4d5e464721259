/** Limiting the norm of a gradient. @module */
import { float } from "../gpu/uniform_store.ts";
import { empty, type Tensor } from "../tensor/tensor.ts";
import factorCode from "./clip_factor.wgsl" with { type: "text" };
import { chooseLane, gridFor, laneKernel } from "./lane_kernel.ts";
import scaleCode from "./scale_by.wgsl" with { type: "text" };
import squaresCode from "./sum_squares.wgsl" with { type: "text" };

const SQUARES = laneKernel("sum_squares", squaresCode);
const FACTOR = { name: "clip_factor", code: factorCode };
const SCALE = laneKernel("scale_by", scaleCode);
const MOST_GROUPS = 64;

/** `x ← x · min(1, limit / ‖x‖)`, in place (as `torch.nn.utils.clip_grad_norm_`). */
export function clipNorm(x: Tensor, limit: number): void {
  const { gpu } = x;
  const squares = chooseLane(SQUARES, x.size);
  const lanes = x.size / squares.lane;
  const groups = Math.min(MOST_GROUPS, Math.ceil(lanes / 64));
  const sums = empty(gpu, [groups]);
  const factor = empty(gpu, [1]);
  gpu.dispatch(squares.kernel, [x.range, sums.range], { uniform: [lanes, groups], grid: [groups] });
  gpu.dispatch(FACTOR, [sums.range, factor.range], { uniform: [groups, float(limit)], grid: [1] });
  const grid = gridFor(lanes, 64);
  const { kernel } = chooseLane(SCALE, x.size);
  gpu.dispatch(kernel, [factor.range, x.range], { uniform: [lanes, grid[0] * 64], grid });
  sums.dispose();
  factor.dispose();
}
