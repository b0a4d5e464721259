/** Random zeros. @module */
import { float } from "../gpu/uniform_store.ts";
import type { Tensor } from "../tensor/tensor.ts";
import code from "./dropout.wgsl" with { type: "text" };
import { chooseLane, gridFor, laneKernel } from "./lane_kernel.ts";

const DROPOUT = laneKernel("dropout", code);

/**
 * `y = x ⊙ mask / (1 − p)`; the mask is a function of `seed [1]` (u32) and the position. A seed `[2]` says which of the
 * equal slices of a whole x is, from 0: it gets that slice of the whole's mask.
 */
export function dropoutMasked(x: Tensor, seed: Tensor, y: Tensor, probability: number): void {
  const { kernel, lane } = chooseLane(DROPOUT, x.size);
  const lanes = x.size / lane;
  const grid = gridFor(lanes, 64);
  x.gpu.dispatch(kernel, [x.range, seed.range, y.range], {
    uniform: [lanes, grid[0] * 64, float(probability)],
    grid,
  });
}
