/** Reading rows of a table by index, and adding gradients back to them. @module */
import { columnsOf, rowsOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import gatherCode from "./gather_rows.wgsl" with { type: "text" };
import { chooseLane, gridFor, laneKernel } from "./lane_kernel.ts";
import scatterCode from "./scatter_rows.wgsl" with { type: "text" };

const GATHER = laneKernel("gather_rows", gatherCode);
const SCATTER = laneKernel("scatter_rows", scatterCode);

/** `out [positions, width] = table[ids]`. */
export function gatherRows(table: Tensor, ids: Tensor, out: Tensor): void {
  const { kernel, lane } = chooseLane(GATHER, columnsOf(table.shape));
  const lanes = columnsOf(table.shape) / lane;
  const grid = gridFor(ids.size * lanes, 64);
  table.gpu.dispatch(kernel, [table.range, ids.range, out.range], {
    uniform: [ids.size, lanes, grid[0] * 64],
    grid,
  });
}

/** The gradient of the table: every position's gradient added to the row it was read from, and to a previous gradient. */
export function scatterRows(
  ids: Tensor,
  dOut: Tensor,
  dTable: { readonly gradient: Tensor; readonly previous: Tensor | null },
): void {
  const { kernel, lane } = chooseLane(SCATTER, columnsOf(dTable.gradient.shape));
  const lanes = columnsOf(dTable.gradient.shape) / lane;
  const rows = rowsOf(dTable.gradient.shape);
  const across = Math.min(rows, 32768);
  const { gradient, previous } = dTable;
  ids.gpu.dispatch(kernel, [ids.range, dOut.range, (previous ?? dOut).range, gradient.range], {
    uniform: [ids.size, lanes, Number(previous !== null), across, rows],
    grid: [Math.ceil(lanes / 8), across, Math.ceil(rows / across)],
  });
}
