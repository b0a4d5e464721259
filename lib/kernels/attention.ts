/** Multi-head attention, forward and backward. @module */
import type { BufferRange } from "../gpu/pooled_buffer.ts";
import { float } from "../gpu/uniform_store.ts";
import { columnsOf } from "../tensor/shape.ts";
import { empty, type Tensor } from "../tensor/tensor.ts";
import {
  type AttentionForm,
  attentionKernel,
  type HeadShare,
  threadsOfHead,
  tileFor,
} from "./attention_kernel.ts";
import { gridFor } from "./lane_kernel.ts";

/** Columns of a tensor `[B·T, width]` that hold the heads of queries, keys or values. */
export interface HeadColumns {
  readonly tensor: Tensor;
  /** First of its columns. */
  readonly first: number;
}

/** Extents of one attention. `keyHeads` may be fewer than `heads` (grouped-query attention). */
export interface AttentionSizes {
  readonly batch: number;
  readonly heads: number;
  readonly keyHeads: number;
  /** Width of a head. */
  readonly headWidth: number;
  /** Tq, the number of queries a row of the batch. */
  readonly queries: number;
  /** Tk, the number of keys a row of the batch. */
  readonly keys: number;
  /** Factor of the scores. */
  readonly scale: number;
  /** Hides keys after the query. */
  readonly causal: boolean;
}

/** What scores are computed from. The same tensor may hold several of q, k and v (packed projections). */
export interface AttentionOperands {
  readonly q: HeadColumns;
  readonly k: HeadColumns;
  readonly v: HeadColumns;
  /** Added to the scores: `[Tq, Tk, H]`. */
  readonly bias?: Tensor;
  /** `[B, Tk]` f32, 0 hides a key. */
  readonly mask?: Tensor;
}

/** What the forward pass leaves for the backward pass. */
export interface AttentionSaved {
  /** `[B·Tq, H·D]` */
  readonly context: Tensor;
  /** The largest score of every query and 1 / Σ exp(score − largest), `[B, H, Tq, 4]`. */
  readonly extremes: Tensor;
}

/** `context = softmax(scale · q kᵀ + bias) v` for every head; writes both tensors of `saved`. */
export function attentionForward(
  operands: AttentionOperands,
  saved: AttentionSaved,
  sizes: AttentionSizes,
): void {
  const { batch, heads, queries } = sizes;
  const ranges = [saved.context.range, saved.extremes.range];
  launch("forward", operands, sizes, ranges, { rows: queries, columns: batch * heads });
}

/** Gradients to be written, in tensors like those of q, k and v, or in one: the heads' columns are overwritten. */
export interface AttentionGradients {
  readonly dContext: Tensor;
  readonly dq: Tensor;
  readonly dk: Tensor;
  readonly dv: Tensor;
}

/**
 * The gradients of q, k and v in one launch, where the adapter's subgroups hold all keys of a head.
 *
 * @returns false where they do not, and nothing was queued: use {@linkcode attentionQueryGradient} and what follows it
 */
export function attentionGradients(
  operands: AttentionOperands,
  { extremes }: AttentionSaved,
  { dContext, dq, dk, dv }: AttentionGradients,
  sizes: AttentionSizes,
): boolean {
  const { gpu } = extremes;
  const { batch, keyHeads, keys } = sizes;
  const lanes = gpu.subgroupSize;
  const held = threadsOfHead(keys, laneOf(operands, sizes).head, gpu);
  if (!held) return false;
  const outputs = [...new Set([dq, dk, dv])];
  const [q, k, v] = [dq, dk, dv].map((tensor) => outputs.indexOf(tensor));
  const ranges = [extremes, dContext, ...outputs].map((tensor) => tensor.range);
  launch("gradients", operands, sizes, ranges, {
    ...{ rows: held.threads * held.tile, columns: batch * keyHeads, tile: held.tile },
    share: { lanes, threads: held.threads, outputs: [q, k, v] },
  });
  return true;
}

/**
 * The gradient of q, and with it the pulls `rowsum(dC ⊙ C)` that the other gradients need.
 *
 * @param dq a tensor like q's; the heads' columns are overwritten
 * @returns `[B, H, Tq, 4]`, to be disposed of: the extremes with the pulls behind them
 */
export function attentionQueryGradient(
  operands: AttentionOperands,
  saved: AttentionSaved,
  gradients: Pick<AttentionGradients, "dContext" | "dq">,
  sizes: AttentionSizes,
): Tensor {
  const { context, extremes } = saved;
  const pulls = empty(extremes.gpu, extremes.shape);
  const ranges = [extremes, context, gradients.dContext, gradients.dq, pulls].map((tensor) => tensor.range);
  const { batch, heads, queries } = sizes;
  launch("query", operands, sizes, ranges, { rows: queries, columns: batch * heads });
  return pulls;
}

/** The gradients of k and v, in tensors (or one) like theirs, whose columns are overwritten. */
export function attentionKeyGradient(
  operands: AttentionOperands,
  pulls: Tensor,
  gradients: Omit<AttentionGradients, "dq">,
  sizes: AttentionSizes,
): void {
  const { dContext, dk, dv } = gradients;
  const packed = dk === dv;
  const unused = packed ? empty(dk.gpu, [4]) : null;
  const ranges = [pulls, dContext, dk, unused ?? dv].map((tensor) => tensor.range);
  const { batch, keyHeads, keys } = sizes;
  launch("key", operands, sizes, ranges, { rows: keys, columns: batch * keyHeads, packed });
  unused?.dispose();
}

/** The gradient of the bias `[Tq, Tk, H]`, added to `previous` where there is one. */
export function attentionBiasGradient(
  operands: AttentionOperands,
  pulls: Tensor,
  gradients: { readonly dContext: Tensor; readonly previous: Tensor | null; readonly dBias: Tensor },
  sizes: AttentionSizes,
): void {
  const { dContext, previous, dBias } = gradients;
  const ranges = [pulls, dContext, previous ?? pulls, dBias].map((tensor) => tensor.range);
  const { queries, keys, heads } = sizes;
  launch("bias", operands, sizes, ranges, {
    rows: 1,
    columns: queries * keys * heads,
    added: previous !== null,
  });
}

interface LaunchOptions {
  /** What threads take several of: queries or keys. */
  readonly rows: number;
  /** How many times there are that many. */
  readonly columns: number;
  readonly packed?: boolean;
  readonly added?: boolean;
  /** Rows of a thread, where it is not for {@linkcode tileFor} to say. */
  readonly tile?: number;
  readonly share?: HeadShare;
}

/** Elements that the kernels take at a time, and how many times a head holds that many. */
function laneOf(
  { q, k, v }: AttentionOperands,
  { headWidth }: AttentionSizes,
): { lane: number; head: number } {
  const places = [q, k, v].flatMap(({ tensor, first }) => [columnsOf(tensor.shape), first]);
  const lane = [headWidth, ...places].every((count) => count % 4 === 0) ? 4 : 1;
  return { lane, head: headWidth / lane };
}

function launch(
  part: AttentionForm["part"],
  operands: AttentionOperands,
  sizes: AttentionSizes,
  ranges: readonly BufferRange[],
  options: LaunchOptions,
): void {
  const { q, k, v, bias, mask } = operands;
  const { batch, heads, keyHeads, headWidth, queries, keys, scale, causal } = sizes;
  const { rows, columns, packed, added, share } = options;
  const { gpu } = q.tensor;
  const { lane, head } = laneOf(operands, sizes);
  const places = [q, k, v].flatMap(({ tensor, first }) => [columnsOf(tensor.shape), first]);
  const { tile = tileFor(part, rows, { head, software: gpu.software }) } = options;
  const workgroup = share?.lanes ?? 32;
  const kernel = attentionKernel({
    ...{ part, vector: lane === 4, head, tile, causal, packed, added, share },
    ...{ biased: bias !== undefined, masked: mask !== undefined },
  });
  const grid = gridFor(Math.ceil(rows / tile) * columns, workgroup);
  const unused = q.tensor.range; // bound for an absent operand, which the kernel does not read
  const shared = [
    q.tensor.range,
    k.tensor.range,
    v.tensor.range,
    bias?.range ?? unused,
    mask?.range ?? unused,
  ];
  gpu.dispatch(kernel, [...shared, ...ranges], {
    uniform: [
      ...[batch, heads, heads / keyHeads, queries, keys, keys - queries],
      ...places.map((count) => count / lane),
      ...[share ? grid[0] : grid[0] * 32, float(scale)],
    ],
    grid,
    operations: OPERATIONS[part] * batch * heads * queries * keys * headWidth,
  });
}

/** Operations for each query, key, head and column of a head: two for each product of matrices in a part. */
const OPERATIONS: Readonly<Record<AttentionForm["part"], number>> = {
  forward: 4, // scores, context
  query: 6, // scores again, the gradient of the weights, that of q
  key: 8, // scores again, the gradient of the weights, those of k and v
  gradients: 10, // scores again, the gradient of the weights, those of q, k and v
  bias: 4, // scores again, the gradient of the weights
};
