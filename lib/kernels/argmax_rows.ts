/** The largest column of each row. @module */
import { columnsOf, rowsOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import code from "./argmax_rows.wgsl" with { type: "text" };
import { chooseLane, laneKernel } from "./lane_kernel.ts";

const ARGMAX = laneKernel("argmax_rows", code);

/** `ids [rows]` (i32), the first column of the largest value in each row of `x [rows, columns]`. */
export function argmaxRows(x: Tensor, ids: Tensor): void {
  const { kernel, lane } = chooseLane(ARGMAX, columnsOf(x.shape));
  const rows = rowsOf(x.shape);
  x.gpu.dispatch(kernel, [x.range, ids.range], {
    uniform: [rows, columnsOf(x.shape) / lane],
    grid: [Math.ceil(rows / 8)],
  });
}
