/** Limiting the norm of a gradient. @module */
import { float } from "../gpu/uniform_store.ts";
import { empty, type Tensor } from "../tensor/tensor.ts";
import factorCode from "./clip_factor.wgsl" with { type: "text" };
import { chooseLane, gridFor, laneKernel } from "./lane_kernel.ts";
import scaleCode from "./scale_by.wgsl" with { type: "text" };
import { sumSquares } from "./sum_squares.ts";

const FACTOR = { name: "clip_factor", code: factorCode };
const SCALE = laneKernel("scale_by", scaleCode);

/** `x ← x · min(1, limit / ‖x‖)`, in place (as `torch.nn.utils.clip_grad_norm_`). */
export function clipNorm(x: Tensor, limit: number): void {
  const { gpu } = x;
  const sums = sumSquares(x);
  const factor = empty(gpu, [1]);
  gpu.dispatch(FACTOR, [sums.range, factor.range], { uniform: [sums.size, float(limit)], grid: [1] });
  const { kernel, lane } = chooseLane(SCALE, x.size);
  const lanes = x.size / lane;
  const grid = gridFor(lanes, 64);
  gpu.dispatch(kernel, [factor.range, x.range], { uniform: [lanes, grid[0] * 64], grid });
  sums.dispose();
  factor.dispose();
}
