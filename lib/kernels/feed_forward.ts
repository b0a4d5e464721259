/** The feed-forward layer of T5 v1.0 in one launch each way, for adapters whose subgroups hold rows. @module */
import { float } from "../gpu/uniform_store.ts";
import { columnsOf, rowsOf } from "../tensor/shape.ts";
import { empty, type Tensor } from "../tensor/tensor.ts";
import backwardCode from "./feed_forward_backward.wgsl" with { type: "text" };
import forwardCode from "./feed_forward.wgsl" with { type: "text" };
import normCode from "./row_norm.wgsl" with { type: "text" };
import { type RowTile, rowTile, rowTileKernels } from "./row_tile.ts";

/** `x […, D]`, `gain [D]`, `inner [F, D]`, `outer [D, F]`, and what is added to the mean square of x. */
export interface FeedForwardOperands {
  readonly x: Tensor;
  readonly gain: Tensor;
  readonly inner: Tensor;
  readonly outer: Tensor;
  readonly eps: number;
}

const kernelOf = rowTileKernels("feed_forward", {
  forward: normCode + forwardCode,
  backward: normCode + backwardCode,
});

/** How the kernels would hold the rows; null where they cannot: use the single operations there. */
export function feedForwardTile({ x, gain, inner, outer }: FeedForwardOperands): RowTile | null {
  const tile = rowTile(x.gpu, columnsOf(x.shape));
  const whole = inner.shape[0] % columnsOf(x.shape) === 0;
  const readable = [x, gain, inner, outer].every(({ offset, dtype, buffer }) =>
    offset === 0 && dtype === "f32" && x.gpu.fitsTexture(buffer)
  );
  return whole && readable ? tile : null;
}

/**
 * `y = x + max(norm(x) Wᵢᵀ, 0) Wₒᵀ`.
 *
 * @returns what {@linkcode feedForwardBackward} needs: which hidden values were positive
 */
export function feedForwardForward(operands: FeedForwardOperands, tile: RowTile, y: Tensor): Tensor {
  const { x, gain, inner, outer } = operands;
  const { uniform, tiles, chunks } = sizesOf(operands, tile);
  const signs = empty(x.gpu, [tiles, chunks, tile.lanes, 4], { dtype: "u32" });
  const ranges = [x, gain, inner, outer, y, signs].map(({ range }) => range);
  x.gpu.dispatch(kernelOf("forward", tile), ranges, { uniform, grid: [tiles] });
  return signs;
}

/** The gradient of x, the weights being constants. */
export function feedForwardBackward(
  operands: FeedForwardOperands,
  tile: RowTile,
  { signs, dy, dx }: { readonly signs: Tensor; readonly dy: Tensor; readonly dx: Tensor },
): void {
  const { x, gain, inner, outer } = operands;
  const { uniform, tiles } = sizesOf(operands, tile);
  const ranges = [x, gain, inner, outer, signs, dy, dx].map(({ range }) => range);
  x.gpu.dispatch(kernelOf("backward", tile), ranges, { uniform, grid: [tiles] });
}

function sizesOf({ x, inner, eps }: FeedForwardOperands, tile: RowTile) {
  const chunks = inner.shape[0] / columnsOf(x.shape);
  const rows = rowsOf(x.shape);
  return { uniform: [rows, chunks, float(eps)], tiles: Math.ceil(rows / tile.rows), chunks };
}
