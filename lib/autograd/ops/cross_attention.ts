/** Attention of a decoder to the encoder's output. @module */
import {
  memoryAttentionBackward,
  memoryAttentionForward,
  memoryAttentionTile,
} from "../../kernels/memory_attention.ts";
import { matmul, type Matrix } from "../../kernels/matmul.ts";
import { columnsOf } from "../../tensor/shape.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import { hasProduct } from "../own_product.ts";
import type { Slot } from "../sink.ts";
import { record } from "../tape.ts";
import { attention } from "./attention.ts";
import { linear } from "./linear.ts";

/** The heads of queries, values and keys. */
export interface CrossAttentionHeads {
  /** H */
  readonly heads: number;
  /** d */
  readonly headWidth: number;
}

/** What is attended from and to. */
export interface CrossAttentionOperands {
  /** `[B, T, H·d]` */
  readonly q: Tensor;
  /** `[B, S, D]` */
  readonly memory: Tensor;
  /** `W [2·H·d, D]`: what makes values of the memory, then what makes keys of it. */
  readonly weight: Tensor;
  /** `[B, S]` f32, 0 hides a position of the memory. */
  readonly mask: Tensor;
}

/**
 * `softmax(q kᵀ) v` for every head, with `v = m Wᵥᵀ` and `k = m Wₖᵀ`; not scaled.
 *
 * Where queries are few, keys and values are never made: `q kᵀ = (q Wₖ) mᵀ` and `P v = (P m) Wᵥᵀ`, so that only the
 * queries are multiplied with weights, and all heads attend to the memory itself.
 *
 * @returns the context `[B, T, H·d]`
 */
export function crossAttention(operands: CrossAttentionOperands, heads: CrossAttentionHeads): Tensor {
  const { q, memory, weight, mask } = operands;
  const [, targets] = q.shape;
  const isShort = 2 * targets <= heads.headWidth && !hasProduct(weight);
  const tile = isShort ? memoryAttentionTile(memory, mask, targets * heads.heads) : null;
  if (!tile) return projectedAttention({ q, vk: linear(memory, weight), mask }, heads);
  const { gpu } = q;
  const [batch] = q.shape;
  const parts = partsOf(operands, heads);
  const wide = () => empty(gpu, [batch, tile.rows, columnsOf(memory.shape)]);
  const rows = wide();
  parts.multiply(parts.narrow(q), parts.keys, parts.wide(rows));
  const saved = { context: wide(), extremes: empty(gpu, [batch, tile.rows, 4]) };
  const inner = { rows, memory, mask, scale: 1 };
  memoryAttentionForward(inner, tile, saved);
  const context = empty(gpu, q.shape);
  parts.multiply(parts.wide(saved.context), parts.values, parts.narrow(context), { transposeB: true });
  return record([q, memory, weight], context, (dContext, sink) => {
    const [dWide, dRows] = [wide(), wide()];
    parts.multiply(parts.narrow(dContext), parts.values, parts.wide(dWide));
    const dMemory = sink.wants(1) ? sink.slot(1) : { gradient: empty(gpu, memory.shape), previous: null };
    memoryAttentionBackward(inner, tile, saved, { dContext: dWide, dRows, dMemory });
    if (sink.wants(0)) {
      const { gradient, previous } = sink.slot(0);
      const added = previous && parts.narrow(previous);
      parts.multiply(parts.wide(dRows), parts.keys, parts.narrow(gradient), { transposeB: true, added });
    }
    if (sink.wants(2)) {
      const slot = sink.slot(2);
      parts.weightGradient(slot, "values", [parts.narrow(dContext), parts.wide(saved.context)]);
      parts.weightGradient(slot, "keys", [parts.narrow(q), parts.wide(dRows)]);
    }
    if (!sink.wants(1)) dMemory.gradient.dispose();
    dWide.dispose();
    dRows.dispose();
  });
}

/** The same with values and keys `vk [B, S, 2·H·d]` made before. */
export function projectedAttention(
  { q, vk, mask }: Pick<CrossAttentionOperands, "q" | "mask"> & { readonly vk: Tensor },
  { heads, headWidth }: CrossAttentionHeads,
): Tensor {
  const [batch, queries] = q.shape;
  const first = heads * headWidth;
  return attention(
    { q: { tensor: q, first: 0 }, v: { tensor: vk, first: 0 }, k: { tensor: vk, first }, mask },
    { batch, heads, keyHeads: heads, headWidth, queries, keys: vk.shape[1], scale: 1, causal: false },
  );
}

/** The matrices of all heads, one a head. */
function partsOf({ q, memory, weight }: CrossAttentionOperands, { heads, headWidth }: CrossAttentionHeads) {
  const [batch, targets, inner] = q.shape;
  const width = columnsOf(memory.shape);
  const ofRows = (tensor: Tensor, columns: number): Matrix => ({
    ...{ tensor, rows: batch * targets, columns, stride: heads * columns, offset: 0, batchStride: columns },
  });
  const ofWeight = (tensor: Tensor, first: number): Matrix => ({
    ...{ tensor, rows: headWidth, columns: width, stride: width },
    ...{ offset: first * width, batchStride: headWidth * width },
  });
  const first = { values: 0, keys: inner };
  const multiply = (
    a: Matrix,
    b: Matrix,
    c: Matrix,
    options: {
      readonly transposeA?: boolean;
      readonly transposeB?: boolean;
      readonly parts?: number;
      readonly added?: Matrix | null;
    } = {},
  ) => {
    const { added, ...more } = options;
    const epilogue = added ? { epilogue: "residual", operand: added } as const : {};
    matmul(a, b, c, { ...more, ...epilogue, batch: heads });
  };
  return {
    multiply,
    /** `[B·T, d]` of each head. */
    narrow: (tensor: Tensor) => ofRows(tensor, headWidth),
    /** `[B·T, D]` of each head. */
    wide: (tensor: Tensor) => ofRows(tensor, width),
    /** `[d, D]` of each head. */
    values: ofWeight(weight, first.values),
    keys: ofWeight(weight, first.keys),
    /** The gradient of values' or keys' rows of the weight, where they are among those that are wanted. */
    weightGradient: (
      { gradient, previous, batchParts: parts }: Slot,
      part: keyof typeof first,
      [a, b]: [Matrix, Matrix],
    ) => {
      if (gradient.shape[0] <= first[part]) return;
      const added = previous && ofWeight(previous, first[part]);
      multiply(a, b, ofWeight(gradient, first[part]), { transposeA: true, parts, added });
    },
  };
}
