/** Products of activations with weights. @module */
import { columnRange, matmul, type MatmulOptions, matrixOf } from "../../kernels/matmul.ts";
import { rowsOf } from "../../tensor/shape.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import { productOf, type WeightProductOptions } from "../own_product.ts";
import type { Sink, Slot } from "../sink.ts";
import { record } from "../tape.ts";

/**
 * `y = alpha · x Wᵀ (+ residual)`.
 *
 * A weight may have a product of its own (see `setProduct`). A watched weight may ask for the gradient of its first
 * rows only (see `WatchOptions`).
 *
 * @param x `[…, in]`
 * @param weight `W [out, in]`, as PyTorch stores it
 * @returns `[…, out]`
 * @throws {RangeError} when the widths do not fit
 */
export function linear(x: Tensor, weight: Tensor, options: WeightProductOptions = {}): Tensor {
  const product = productOf(weight);
  if (product) return product(x, options);
  const { residual, alpha = 1 } = options;
  const y = empty(x.gpu, [...x.shape.slice(0, -1), weight.shape[0]]);
  matmul(matrixOf(x), matrixOf(weight), matrixOf(y), {
    transposeB: true,
    alpha,
    epilogue: residual ? "residual" : "store",
    operand: residual && matrixOf(residual),
  });
  const inputs = residual ? [x, weight, residual] : [x, weight];
  return record(inputs, y, (dy, sink) => {
    if (sink.wants(1)) weightGradient(x, dy, sink.slot(1), alpha);
    if (sink.wants(0)) inputGradient(dy, weight, sink.slot(0), alpha);
    if (residual) passResidual(sink, 2, dy);
  });
}

/** `dW = alpha · dyᵀ x`, for as many rows of W as the slot's gradient has. */
export function weightGradient(x: Tensor, dy: Tensor, slot: Slot, alpha = 1): void {
  const rows = rowsOf(slot.gradient.shape);
  matmul(columnRange(matrixOf(dy), 0, rows), matrixOf(x), matrixOf(slot.gradient), {
    alpha,
    ...summedOverRows(slot),
  });
}

/** `dx = alpha · dy W`. */
export function inputGradient(dy: Tensor, weight: Tensor, slot: Slot, alpha = 1): void {
  matmul(matrixOf(dy), matrixOf(weight), matrixOf(slot.gradient), {
    alpha,
    ...addedTo(slot),
  });
}

/** The options of a product `aᵀ b` that sums over the rows of a batch and becomes the slot's gradient. */
export function summedOverRows(slot: Slot): MatmulOptions {
  return { transposeA: true, parts: slot.batchParts, ...addedTo(slot) };
}

/** The options of a product that becomes the slot's gradient. */
export function addedTo({ previous }: Slot): Pick<MatmulOptions, "epilogue" | "operand"> {
  return previous ? { epilogue: "residual", operand: matrixOf(previous) } : {};
}

/** Gives a residual input the gradient of the sum, which equals its own. To be called last in a rule. */
export function passResidual(sink: Sink, input: number, dy: Tensor): void {
  if (sink.wants(input)) sink.give(input, dy);
}
