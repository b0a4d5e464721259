/** Rows of a table by index. @module */
import { gatherRows, type RowIds, scatterRows } from "../../kernels/rows.ts";
import { columnsOf } from "../../tensor/shape.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import { record } from "../tape.ts";

/**
 * `y[…, :] = table[ids[…], :]`.
 *
 * @param table `[V, D]`
 * @param rows indices of any shape, each in [0, V)
 * @returns `[…ids, D]`
 */
export function embedding(table: Tensor, rows: RowIds): Tensor {
  const y = empty(table.gpu, [...rows.ids.shape, columnsOf(table.shape)]);
  gatherRows(table, rows.ids, y);
  return record([table], y, (dy, sink) => scatterRows(rows, dy, sink.slot(0)));
}
