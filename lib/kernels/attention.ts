/** The parts of multi-head attention. @module */
import { float } from "../gpu/uniform_store.ts";
import type { Tensor } from "../tensor/tensor.ts";
import biasCode from "./attention_bias_gradient.wgsl" with { type: "text" };
import combineCode from "./attention_combine.wgsl" with { type: "text" };
import gradientCode from "./attention_score_gradient.wgsl" with { type: "text" };
import scoresCode from "./attention_scores.wgsl" with { type: "text" };
import { chooseLane, laneKernel } from "./lane_kernel.ts";

const SCORES = laneKernel("attention_scores", scoresCode);
const GRADIENT = laneKernel("attention_score_gradient", gradientCode);
const COMBINE = laneKernel("attention_combine", combineCode);
const BIAS = { name: "attention_bias_gradient", code: biasCode };
const THREADS = 8;

/** Columns of a tensor `[B·T, width]` that hold the heads of queries, keys or values. */
export interface HeadColumns {
  readonly tensor: Tensor;
  /** Number of columns of the tensor. */
  readonly width: number;
  /** First column used. */
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

/** Additions to the scores: `bias [Tq, Tk, H]`, and `mask [B, Tk]` (i32, 0 hides a key). */
export interface ScoreTerms {
  readonly bias?: Tensor;
  readonly mask?: Tensor;
}

/** `p [B, H, Tq, Tk] = softmax(scale · q kᵀ + bias)`. */
export function attentionScores(
  q: HeadColumns,
  k: HeadColumns,
  p: Tensor,
  sizes: AttentionSizes,
  terms: ScoreTerms,
): void {
  const { batch, heads, keyHeads, headWidth, queries, keys, scale, causal } = sizes;
  const { kernel, lane } = chooseLane(SCORES, headWidth, q.width, q.first, k.width, k.first);
  const bias = terms.bias ?? q.tensor;
  const mask = terms.mask ?? q.tensor;
  p.gpu.dispatch(kernel, [q.tensor.range, k.tensor.range, bias.range, mask.range, p.range], {
    uniform: [
      ...[heads, queries, keys, headWidth / lane],
      ...[q.width / lane, q.first / lane, k.width / lane, k.first / lane],
      ...[
        heads / keyHeads,
        Number(causal),
        Number(terms.bias !== undefined),
        Number(terms.mask !== undefined),
      ],
      ...[float(scale), keys - queries],
    ],
    grid: [Math.ceil(queries / THREADS), heads, batch],
  });
}

/** `dS [B, H, Tq, Tk]`, the gradient of the scores, from the context and its gradient (both `[B·Tq, heads·D]`). */
export function attentionScoreGradient(
  saved: { readonly p: Tensor; readonly context: Tensor; readonly v: HeadColumns },
  dContext: Tensor,
  dS: Tensor,
  sizes: AttentionSizes,
): void {
  const { batch, heads, keyHeads, headWidth, queries, keys } = sizes;
  const { p, context, v } = saved;
  const { kernel, lane } = chooseLane(GRADIENT, headWidth, v.width, v.first);
  dS.gpu.dispatch(kernel, [p.range, context.range, dContext.range, v.tensor.range, dS.range], {
    uniform: [
      ...[heads, queries, keys, headWidth / lane],
      ...[heads * headWidth / lane, v.width / lane, v.first / lane, heads / keyHeads],
    ],
    grid: [Math.ceil(queries / THREADS), heads, batch],
  });
}

/**
 * Weighted sums of rows, `out = scale · w x` for every head.
 *
 * @param w `[B, H, Tq, Tk]`
 * @param by `query`: a row of `out` for each query, summing over keys (context, gradient of q);
 *   `key`: a row for each key, summing over queries and the heads of a group (gradients of k and v)
 */
export function attentionCombine(
  w: Tensor,
  x: HeadColumns,
  out: HeadColumns,
  sizes: AttentionSizes,
  options: { readonly by: "query" | "key"; readonly scale?: number },
): void {
  const { batch, heads, keyHeads, headWidth, queries, keys } = sizes;
  const { kernel, lane } = chooseLane(COMBINE, headWidth, x.width, x.first, out.width, out.first);
  const byQuery = options.by === "query";
  const [rows, terms] = byQuery ? [queries, keys] : [keys, queries];
  const chunks = Math.ceil(headWidth / lane / 4);
  const group = heads / keyHeads;
  w.gpu.dispatch(kernel, [w.range, x.tensor.range, out.tensor.range], {
    uniform: [
      ...[heads, rows, terms, headWidth / lane],
      ...[x.width / lane, x.first / lane, out.width / lane, out.first / lane],
      ...(byQuery ? [keys, 1] : [1, keys]),
      ...(byQuery ? [group, 1] : [1, group]),
      ...[chunks, float(options.scale ?? 1)],
    ],
    grid: [Math.ceil(rows / THREADS), (byQuery ? heads : keyHeads) * chunks, batch],
  });
}

/** The gradient of the bias `[Tq, Tk, H]`. */
export function attentionBiasGradient(
  dS: Tensor,
  dBias: { readonly gradient: Tensor; readonly accumulate: boolean },
  sizes: AttentionSizes,
): void {
  const pairs = sizes.queries * sizes.keys;
  dS.gpu.dispatch(BIAS, [dS.range, dBias.gradient.range], {
    uniform: [sizes.batch, sizes.heads, pairs, Number(dBias.accumulate)],
    grid: [Math.ceil(pairs / 64), sizes.heads],
  });
}
