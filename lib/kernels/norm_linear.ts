/** Normalization and the product that reads it in one launch each way, for adapters whose subgroups hold rows. @module */
import type { BufferRange } from "../gpu/pooled_buffer.ts";
import { float } from "../gpu/uniform_store.ts";
import { columnsOf, rowsOf } from "../tensor/shape.ts";
import { empty, type Tensor } from "../tensor/tensor.ts";
import backwardCode from "./norm_linear_backward.wgsl" with { type: "text" };
import forwardCode from "./norm_linear.wgsl" with { type: "text" };
import type { RmsNormSizes, Sum } from "./rms_norm.ts";
import normCode from "./row_norm.wgsl" with { type: "text" };
import { type RowTile, rowTile, rowTileKernels } from "./row_tile.ts";

/** `x […, D]`, the normalization's `gain [D]` and sizes, `weight [N, D]`. */
export interface NormLinearOperands extends RmsNormSizes {
  readonly x: Tensor;
  readonly gain: Tensor;
  readonly weight: Tensor;
}

const kernelOf = rowTileKernels("norm_linear", {
  forward: normCode + forwardCode,
  backward: normCode + backwardCode,
});

/** The most columns of y: llvmpipe silently stops an invocation after 65,535 loop iterations, one for each four of them. */
const MOST_OUTPUTS = 150_000;

/** How the kernels would hold the rows; null where they cannot: use the single operations there. */
export function normLinearTile({ x, gain, weight }: NormLinearOperands): RowTile | null {
  const aligned = weight.offset % 4 === 0 && weight.shape[0] % 4 === 0 && x.offset === 0 && gain.offset === 0;
  const readable = [x, gain, weight].every(({ dtype, buffer }) =>
    dtype === "f32" && x.gpu.fitsTexture(buffer)
  );
  return aligned && readable && weight.shape[0] <= MOST_OUTPUTS ? rowTile(x.gpu, columnsOf(x.shape)) : null;
}

/**
 * `y = scale · norm(x) Wᵀ`.
 *
 * @param normal of x's shape, receives norm(x) without the scale where it is given
 */
export function normLinearForward(
  operands: NormLinearOperands,
  tile: RowTile,
  { y, normal }: { readonly y: Tensor; readonly normal: Tensor | null },
): void {
  const { x, gain, scale } = operands;
  const unused = normal ? null : empty(x.gpu, [4]);
  const results = [y, normal ?? unused!].map(({ range }) => range);
  x.gpu.dispatch(kernelOf("forward", tile), [x.range, gain.range, wholeWeight(operands), ...results], {
    uniform: [...sizesOf(operands), float(scale), Number(normal !== null)],
    ...workOf(operands, tile),
  });
  unused?.dispose();
}

/** The gradient of x, the gain being a constant. */
export function normLinearBackward(
  operands: NormLinearOperands,
  tile: RowTile,
  dy: Tensor,
  { gradient, previous }: Sum,
): void {
  const { x, gain, scale } = operands;
  const others = [dy, previous ?? dy, gradient].map(({ range }) => range);
  x.gpu.dispatch(kernelOf("backward", tile), [x.range, gain.range, wholeWeight(operands), ...others], {
    uniform: [...sizesOf(operands), float(scale), Number(previous !== null)],
    ...workOf(operands, tile),
  });
}

/** The weight's offset travels in the uniform block: weights under training lie side by side in one buffer. */
function wholeWeight({ weight: { buffer } }: NormLinearOperands): BufferRange {
  return { buffer, offset: 0, size: buffer.size };
}

function sizesOf({ x, weight, eps }: NormLinearOperands) {
  return [rowsOf(x.shape), weight.shape[0] / 4, weight.offset / 4, float(eps)];
}

function workOf({ x, weight }: NormLinearOperands, tile: RowTile) {
  const rows = rowsOf(x.shape);
  return { grid: [Math.ceil(rows / tile.rows)] as const, operations: 2 * rows * weight.size };
}
