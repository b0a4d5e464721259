/** Rotary position embedding. @module */
import { float } from "../gpu/uniform_store.ts";
import { columnsOf, rowsOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { chooseLane, gridOfRows, laneKernel } from "./lane_kernel.ts";
import code from "./rotary.wgsl" with { type: "text" };

const ROTARY = laneKernel("rotary", code);

/** What says by how much each row is turned. */
export interface RotaryAngles {
  /** `[P, d]`: for each position the cosines of d/2 angles, then their sines. */
  readonly table: Tensor;
  /** i32, one for each row, each in [0, P). */
  readonly positions: Tensor;
}

/** Heads of width d side by side in a row, of which neighbouring ones may stay as they are. */
export interface RotaryHeads {
  /** d, even */
  readonly width: number;
  /** The heads that are not turned. */
  readonly still: { readonly first: number; readonly count: number };
}

/** `y = x` with its heads turned, or with `direction` −1 turned back; both `[rows, heads · d]`. */
export function rotate(
  x: Tensor,
  angles: RotaryAngles,
  y: Tensor,
  options: RotaryHeads & { readonly direction: 1 | -1 },
): void {
  const { width, still, direction } = options;
  const { kernel, lane } = chooseLane(ROTARY, width / 2);
  const rows = rowsOf(x.shape);
  const lanes = columnsOf(x.shape) / lane;
  const { down, grid } = gridOfRows(rows, lanes);
  x.gpu.dispatch(kernel, [x, angles.table, angles.positions, y].map(({ range }) => range), {
    uniform: [
      ...[rows, lanes, down, width / 2 / lane],
      ...[still.first, still.first + still.count, float(direction)],
    ],
    grid,
  });
}
