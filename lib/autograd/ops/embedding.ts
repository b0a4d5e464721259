/** Rows of a table by index. @module */
import { InputError } from "../../errors/input_error.ts";
import { gatherRows, type RowIds, scatterRows } from "../../kernels/rows.ts";
import { columnsOf } from "../../tensor/shape.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import { hasProduct } from "../own_product.ts";
import { record } from "../tape.ts";

/**
 * `y[…, :] = table[ids[…], :]`.
 *
 * @param table `[V, D]`
 * @param rows indices of any shape, each in [0, V)
 * @returns `[…ids, D]`
 * @throws {InputError} when the table has LoRA pairs beside it, which the rows would be without
 */
export function embedding(table: Tensor, rows: RowIds): Tensor {
  if (hasProduct(table)) {
    throw new InputError(
      "LoRA pairs cannot stand beside a table whose rows are read, such as an embedding; choose other targets, or " +
        "loraForm=merged.",
    );
  }
  const y = empty(table.gpu, [...rows.ids.shape, columnsOf(table.shape)]);
  gatherRows(table, rows.ids, y);
  return record([table], y, (dy, sink) => scatterRows(rows, dy, sink.slot(0)));
}
