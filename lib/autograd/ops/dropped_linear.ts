/** Products with weights whose adapters read a dropped input. @module */
import { dropoutMasked } from "../../kernels/dropout.ts";
import { addScaled } from "../../kernels/elementwise.ts";
import { columnRange, matmul, matrixOf } from "../../kernels/matmul.ts";
import { columnsOf } from "../../tensor/shape.ts";
import { copyInto, empty, type Tensor } from "../../tensor/tensor.ts";
import { setProduct, type WeightProductOptions } from "../own_product.ts";
import type { Slot } from "../sink.ts";
import { record } from "../tape.ts";
import { addedTo, passResidual, weightGradient } from "./linear.ts";

/** How the input of a weight's adapters is dropped. */
export interface Dropping {
  /** `P [out, in]`, the weight without its adapters. */
  readonly plain: Tensor;
  /** `[1]` or `[2]` u32, see `dropoutMasked`; written anew for each step. */
  readonly seed: Tensor;
  readonly probability: number;
  /** Rows that are trained themselves, without adapters: first row and count. */
  readonly plainRows?: readonly (readonly [row: number, rows: number])[];
}

/**
 * `y = alpha · (x Pᵀ + x̃ (W − P)ᵀ) (+ residual)`, x̃ = x with zeros at random and the rest scaled by 1 / (1 − p):
 * LoRA with dropout, `W − P = s Σ_j B_j A_j`, all pairs fed by the same mask.
 *
 * The gradient of W is that of its adapters, `alpha · dyᵀ x̃`; of rows that are trained themselves it is
 * `alpha · dyᵀ x`.
 *
 * @param x `[…, in]`
 * @param weight `W [out, in]`
 * @returns `[…, out]`
 */
export function droppedLinear(
  x: Tensor,
  weight: Tensor,
  { plain, seed, probability, plainRows = [] }: Dropping,
  { residual, alpha = 1 }: WeightProductOptions,
): Tensor {
  const { gpu } = x;
  const delta = empty(gpu, weight.shape);
  copyInto(weight, delta);
  addScaled(plain, delta, { scale: -1 });
  const dropped = empty(gpu, x.shape);
  dropoutMasked(x, seed, dropped, probability);
  const shape = [...x.shape.slice(0, -1), weight.shape[0]];
  const kept = empty(gpu, shape);
  const added = residual ? ({ epilogue: "residual", operand: matrixOf(residual) } as const) : {};
  matmul(matrixOf(x), matrixOf(plain), matrixOf(kept), { transposeB: true, alpha, ...added });
  const y = empty(gpu, shape);
  const onTop = { epilogue: "residual", operand: matrixOf(kept) } as const;
  matmul(matrixOf(dropped), matrixOf(delta), matrixOf(y), { transposeB: true, alpha, ...onTop });
  kept.dispose();
  const inputs = residual ? [x, weight, residual] : [x, weight];
  return record(inputs, y, (dy, sink) => {
    if (sink.wants(1)) {
      const slot = sink.slot(1);
      weightGradient(dropped, dy, slot, alpha);
      for (const range of plainRows) plainGradient(x, dy, slot, { range, alpha });
    }
    if (sink.wants(0)) {
      const { gradient, previous } = sink.slot(0);
      const through = empty(gpu, x.shape);
      matmul(matrixOf(dy), matrixOf(delta), matrixOf(through), { alpha });
      const masked = empty(gpu, x.shape);
      dropoutMasked(through, seed, masked, probability);
      const onMasked = { epilogue: "residual", operand: matrixOf(masked) } as const;
      matmul(matrixOf(dy), matrixOf(plain), matrixOf(gradient), { alpha, ...onMasked });
      if (previous) addScaled(previous, gradient);
    }
    if (residual) passResidual(sink, 2, dy);
  });
}

/** Lets every product with `weight` be {@linkcode droppedLinear}. */
export function dropInput(weight: Tensor, dropping: Dropping): void {
  setProduct(weight, (x, options) => droppedLinear(x, weight, dropping, options));
}

/** Some rows of `dW = alpha · dyᵀ x`, in place of what the slot holds there. */
function plainGradient(
  x: Tensor,
  dy: Tensor,
  { gradient, previous }: Slot,
  { range: [row, rows], alpha }: { readonly range: readonly [number, number]; readonly alpha: number },
): void {
  const columns = columnsOf(gradient.shape);
  const part = (whole: Tensor) => matrixOf(whole.view([rows, columns], row * columns));
  matmul(columnRange(matrixOf(dy), row, rows), matrixOf(x), part(gradient), {
    transposeA: true,
    alpha,
    ...previous ? addedTo({ gradient, previous: previous.view([rows, columns], row * columns) }) : {},
  });
}
