/** Reading rows of a table by index, and adding gradients back to them. @module */
import type { Gpu } from "../gpu/gpu.ts";
import { columnsOf, elementCount, rowsOf, type Shape } from "../tensor/shape.ts";
import { copyInto, empty, isBindable, type Tensor, tensor, zeros } from "../tensor/tensor.ts";
import floatTable from "./float_table.wgsl" with { type: "text" };
import gatherCode from "./gather_rows.wgsl" with { type: "text" };
import halfScalar from "./half_table_scalar.wgsl" with { type: "text" };
import halfVector from "./half_table_vector.wgsl" with { type: "text" };
import { chooseLane, gridOfRows, type LaneKernel, laneKernel } from "./lane_kernel.ts";
import scatterCode from "./scatter_rows.wgsl" with { type: "text" };

const GATHER = laneKernel("gather_rows", floatTable + gatherCode);
const GATHER_HALVES: LaneKernel = {
  vector: { ...laneKernel("gather_rows (f16)", halfVector + gatherCode).vector, halves: [0] },
  scalar: { ...laneKernel("gather_rows (f16)", halfScalar + gatherCode).scalar, halves: [0] },
};
const SCATTER = laneKernel("scatter_rows", scatterCode);

/**
 * Indices of rows of a table, and for each row of the table the positions at which it is read, so that gradients
 * can be added up row by row. The positions are sorted on the CPU, where the indices come from.
 */
export class RowIds implements Disposable {
  /** The indices, i32. */
  readonly ids: Tensor;
  /** `[tableRows + 1]`: where the positions of each row begin in `order`. */
  readonly starts: Tensor;
  /** All positions, ordered by the row they read. */
  readonly order: Tensor;

  /**
   * @param shape of the indices
   * @param tableRows number of rows of the table
   */
  constructor(gpu: Gpu, shape: Shape, tableRows: number) {
    this.ids = zeros(gpu, shape, { dtype: "i32" });
    this.starts = zeros(gpu, [tableRows + 1], { dtype: "i32" });
    this.order = zeros(gpu, [elementCount(shape)], { dtype: "i32" });
  }

  /**
   * Writes new indices.
   *
   * @throws {RangeError} when one is not a row of the table
   */
  load(ids: Int32Array<ArrayBuffer>): this {
    const tableRows = this.starts.size - 1;
    const starts = new Int32Array(tableRows + 1);
    for (const id of ids) {
      if (!(id >= 0 && id < tableRows)) {
        throw new RangeError(`Row ${id} was asked of a table of ${tableRows} rows.`);
      }
      starts[id + 1] += 1;
    }
    for (let row = 0; row < tableRows; row++) starts[row + 1] += starts[row];
    const next = starts.slice();
    const order = new Int32Array(ids.length);
    ids.forEach((id, position) => order[next[id]++] = position);
    this.ids.write(ids);
    this.starts.write(starts);
    this.order.write(order);
    return this;
  }

  /** Releases the tensors. */
  [Symbol.dispose](): void {
    for (const tensor of [this.ids, this.starts, this.order]) tensor.dispose();
  }
}

/** `out [positions, width] = table[ids]`; the table may be packed in float16. */
export function gatherRows(table: Tensor, ids: Tensor, out: Tensor): void {
  const { kernel, lane } = chooseLane(table.dtype === "f16" ? GATHER_HALVES : GATHER, columnsOf(table.shape));
  const lanes = columnsOf(table.shape) / lane;
  const { down, grid } = gridOfRows(ids.size, lanes);
  table.gpu.dispatch(kernel, [table.range, ids.range, out.range], { uniform: [ids.size, lanes, down], grid });
}

/** `out [count, width] = table[first …]`: neighbouring rows, unpacked where the table is packed in float16. */
export function copyRows(table: Tensor, first: number, out: Tensor): void {
  const count = rowsOf(out.shape);
  if (table.dtype === "f32") return copyInto(table.view(out.shape, first * columnsOf(table.shape)), out);
  using ids = tensor(table.gpu, Int32Array.from({ length: count }, (_, i) => first + i));
  if (isBindable(out)) return gatherRows(table, ids, out);
  using rows = empty(out.gpu, out.shape);
  gatherRows(table, ids, rows);
  copyInto(rows, out);
}

/** The gradient of the table: every position's gradient added to the row it was read from, and to a previous gradient. */
export function scatterRows(
  { starts, order }: RowIds,
  dOut: Tensor,
  dTable: { readonly gradient: Tensor; readonly previous: Tensor | null },
): void {
  const { gradient, previous } = dTable;
  const { kernel, lane } = chooseLane(SCATTER, columnsOf(gradient.shape));
  const lanes = columnsOf(gradient.shape) / lane;
  const rows = rowsOf(gradient.shape);
  const { down, grid } = gridOfRows(rows, lanes);
  dOut.gpu.dispatch(kernel, [starts, order, dOut, previous ?? dOut, gradient].map(({ range }) => range), {
    uniform: [rows, lanes, Number(previous !== null), down],
    grid,
  });
}
