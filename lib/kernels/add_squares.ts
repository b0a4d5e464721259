/** Running sums of squares. @module */
import { float } from "../gpu/uniform_store.ts";
import type { Tensor } from "../tensor/tensor.ts";
import code from "./add_squares.wgsl" with { type: "text" };
import { chooseLane, gridFor, laneKernel } from "./lane_kernel.ts";

const ADD_SQUARES = laneKernel("add_squares", code);

/** `target = keep · target + scale · source²`, element by element. */
export function addSquares(
  source: Tensor,
  target: Tensor,
  options: { readonly keep?: number; readonly scale?: number } = {},
): void {
  const { keep = 1, scale = 1 } = options;
  const { kernel, lane } = chooseLane(ADD_SQUARES, target.size);
  const grid = gridFor(target.size / lane, 64);
  target.gpu.dispatch(kernel, [source.range, target.range], {
    uniform: [target.size / lane, grid[0] * 64, float(keep), float(scale)],
    grid,
  });
}
