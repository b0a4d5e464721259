/** Reading some columns of each row. @module */
import { columnsOf } from "../tensor/shape.ts";
import { empty, type Tensor } from "../tensor/tensor.ts";
import { gridFor } from "./lane_kernel.ts";
import code from "./pick_columns.wgsl" with { type: "text" };

const KERNEL = { name: "pick_columns", code };

/**
 * `out[row, i] = x[row, ids[row, i]]`.
 *
 * @param x `[rows, columns]`
 * @param ids `[rows, width]`, i32, each below the number of columns; a negative one gives zero
 * @returns `[rows, width]`
 */
export function pickColumns(x: Tensor, ids: Tensor): Tensor {
  const out = empty(x.gpu, ids.shape);
  const grid = gridFor(ids.size, 32);
  x.gpu.dispatch(KERNEL, [x.range, ids.range, out.range], {
    uniform: [ids.size, columnsOf(x.shape), columnsOf(ids.shape), grid[0] * 32],
    grid,
  });
  return out;
}
