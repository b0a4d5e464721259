/** Attention to a memory that is its keys and its values, for adapters whose subgroups hold rows. @module */
import { float } from "../gpu/uniform_store.ts";
import type { Tensor } from "../tensor/tensor.ts";
import backwardCode from "./memory_attention_backward.wgsl" with { type: "text" };
import forwardCode from "./memory_attention.wgsl" with { type: "text" };
import type { Sum } from "./rms_norm.ts";
import { type RowTile, rowTile, rowTileKernels } from "./row_tile.ts";

/** `rows [B, R, D]` attend to `memory [B, S, D]`, of which `mask [B, S]` hides what is 0. */
export interface MemoryAttentionOperands {
  readonly rows: Tensor;
  readonly memory: Tensor;
  readonly mask: Tensor;
  /** Factor of the scores. */
  readonly scale: number;
}

/** What the forward pass leaves for the backward pass. */
export interface MemoryAttentionSaved {
  /** `[B, R, D]` */
  readonly context: Tensor;
  /** The largest score of every row and 1 / Σ exp(score − largest), `[B, R, 4]`. */
  readonly extremes: Tensor;
}

const kernelOf = rowTileKernels("memory_attention", { forward: forwardCode, backward: backwardCode });

/** How the kernels would hold R rows as wide as the memory; null where they cannot. */
export function memoryAttentionTile(memory: Tensor, mask: Tensor, rows: number): RowTile | null {
  const { gpu, shape: [, , width] } = memory;
  const tile = rowTile(gpu, width);
  const readable = [memory, mask].every(({ offset, dtype, buffer }) =>
    offset === 0 && dtype === "f32" && gpu.fitsTexture(buffer)
  );
  return tile && rows <= tile.rows && readable ? { ...tile, rows } : null;
}

/** `context = softmax(scale · q mᵀ) m`; writes both tensors of `saved`. */
export function memoryAttentionForward(
  { rows, memory, mask, scale }: MemoryAttentionOperands,
  tile: RowTile,
  { context, extremes }: MemoryAttentionSaved,
): void {
  const [batch, keys, width] = memory.shape;
  const ranges = [rows, memory, mask, context, extremes].map(({ range }) => range);
  memory.gpu.dispatch(kernelOf("forward", tile), ranges, {
    uniform: [keys, float(scale)],
    grid: [batch],
    operations: 4 * batch * tile.rows * keys * width,
  });
}

/** The gradients of the rows and of the memory. */
export function memoryAttentionBackward(
  { rows, memory, mask, scale }: MemoryAttentionOperands,
  tile: RowTile,
  { context, extremes }: MemoryAttentionSaved,
  gradients: { readonly dContext: Tensor; readonly dRows: Tensor; readonly dMemory: Sum },
): void {
  const { dContext, dRows, dMemory: { gradient, previous } } = gradients;
  const [batch, keys, width] = memory.shape;
  const operands = [rows, memory, mask, context, extremes, dContext, previous ?? dContext, dRows, gradient];
  memory.gpu.dispatch(kernelOf("backward", tile), operands.map(({ range }) => range), {
    uniform: [keys, float(scale), Number(previous !== null)],
    grid: [batch],
    operations: 10 * batch * tile.rows * keys * width,
  });
}
