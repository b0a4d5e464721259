/** Rows of a table by index. @module */
import { gatherRows, scatterRows } from "../../kernels/rows.ts";
import { columnsOf } from "../../tensor/shape.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import { record } from "../tape.ts";

/**
 * `y[…, :] = table[ids[…], :]`.
 *
 * @param table `[V, D]`
 * @param ids i32, any shape, each in [0, V)
 * @returns `[…ids, D]`
 */
export function embedding(table: Tensor, ids: Tensor): Tensor {
  const y = empty(table.gpu, [...ids.shape, columnsOf(table.shape)]);
  gatherRows(table, ids, y);
  return record([table], y, (dy, sink) => scatterRows(ids, dy, sink.slot(0)));
}
