/** Keeping keys and values of earlier positions. @module */
import { columnsOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { chooseLane, gridOfRows, laneKernel } from "./lane_kernel.ts";
import code from "./cache_rows.wgsl" with { type: "text" };

const CACHE = laneKernel("cache_rows", code);

/**
 * `cache[b, at + t, :] = x[b, t, first : first + width]`; what would lie behind the cache's end is left out.
 *
 * @param x `[B, T, …]`
 * @param first of the columns that are kept
 * @param cache `[B, P, width]`
 * @param at `[1]`, i32: the position of the first row
 */
export function cacheRows(x: Tensor, first: number, cache: Tensor, at: Tensor): void {
  const [batch, length, stride] = x.shape;
  const [, capacity, width] = cache.shape;
  const { kernel, lane } = chooseLane(CACHE, stride, first, columnsOf(cache.shape));
  const rows = batch * length;
  const { down, grid } = gridOfRows(rows, width / lane);
  x.gpu.dispatch(kernel, [x.range, at.range, cache.range], {
    uniform: [rows, width / lane, down, length, capacity, stride / lane, first / lane],
    grid,
  });
}
