/** Multi-head attention. @module */
import {
  attentionBiasGradient,
  attentionCombine,
  attentionScoreGradient,
  attentionScores,
  type AttentionSizes,
  type HeadColumns,
} from "../../kernels/attention.ts";
import { fill } from "../../kernels/elementwise.ts";
import { columnsOf } from "../../tensor/shape.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import { record, type Sink } from "../tape.ts";

/** Which columns of which tensor hold queries, keys or values. */
export interface HeadSource {
  /** `[B·T, width]` or `[B, T, width]`. */
  readonly tensor: Tensor;
  /** First of its columns. */
  readonly first: number;
}

/** Inputs of {@linkcode attention}. The same tensor may serve as several sources (packed projections). */
export interface AttentionInputs {
  readonly q: HeadSource;
  readonly k: HeadSource;
  readonly v: HeadSource;
  /** Added to the scores: `[Tq, Tk, H]`. */
  readonly bias?: Tensor;
  /** `[B, Tk]` i32, 0 hides a key. */
  readonly mask?: Tensor;
}

/**
 * `softmax(scale · q kᵀ + bias) v` for every head.
 *
 * @returns the context `[B, Tq, H·D]`
 * @throws {RangeError} on the way back, when two sources share columns
 */
export function attention(inputs: AttentionInputs, sizes: AttentionSizes): Tensor {
  const { q, k, v, bias, mask } = inputs;
  const gpu = q.tensor.gpu;
  const { batch, heads, keyHeads, queries, keys, headWidth } = sizes;
  const p = empty(gpu, [batch, heads, queries, keys]);
  attentionScores(columns(q), columns(k), p, sizes, { bias, mask });
  const context = empty(gpu, [batch, queries, heads * headWidth]);
  attentionCombine(p, columns(v), whole(context), sizes, { by: "query" });
  const packed = [...new Set([q.tensor, k.tensor, v.tensor])];
  const sources = bias ? [...packed, bias] : packed;
  return record(sources, context, (dContext, sink) => {
    const dS = empty(gpu, p.shape);
    attentionScoreGradient({ p, context, v: columns(v) }, dContext, dS, sizes);
    const widths = { q: heads * headWidth, k: keyHeads * headWidth, v: keyHeads * headWidth };
    const gradients = packed.map((tensor, i) => {
      if (!sink.wants(i)) return null;
      const used = (["q", "k", "v"] as const).filter((role) => inputs[role].tensor === tensor)
        .map((role) => ({ first: inputs[role].first, width: widths[role] }));
      return freshSlot(sink, i, used);
    });
    const into = (source: HeadSource) => {
      const gradient = gradients[packed.indexOf(source.tensor)];
      return gradient && { tensor: gradient, width: columnsOf(gradient.shape), first: source.first };
    };
    const { scale } = sizes;
    const [dq, dk, dv] = [into(q), into(k), into(v)];
    if (dq) attentionCombine(dS, columns(k), dq, sizes, { by: "query", scale });
    if (dk) attentionCombine(dS, columns(q), dk, sizes, { by: "key", scale });
    if (dv) attentionCombine(p, whole(dContext), dv, sizes, { by: "key" });
    if (bias && sink.wants(packed.length)) attentionBiasGradient(dS, sink.slot(packed.length), sizes);
    dS.dispose();
  });
}

function columns(source: HeadSource): HeadColumns {
  return { tensor: source.tensor, width: columnsOf(source.tensor.shape), first: source.first };
}

function whole(tensor: Tensor): HeadColumns {
  return columns({ tensor, first: 0 });
}

/** Neighbouring columns of a packed projection. */
interface ColumnsUsed {
  readonly first: number;
  readonly width: number;
}

/**
 * The gradient of a packed projection, which feeds one attention only since the rules overwrite the columns in
 * use; zero in those that are not.
 */
function freshSlot(sink: Sink, input: number, used: readonly ColumnsUsed[]): Tensor {
  const { gradient, accumulate } = sink.slot(input);
  if (accumulate) throw new TypeError("Queries, keys and values can feed one attention only.");
  const ordered = used.toSorted((a, b) => a.first - b.first);
  if (ordered.some(({ first }, i) => i > 0 && first < ordered[i - 1].first + ordered[i - 1].width)) {
    throw new RangeError("Queries, keys and values must not share columns: their gradients would be mixed.");
  }
  const total = used.reduce((sum, { width }) => sum + width, 0);
  if (total < columnsOf(gradient.shape)) fill(gradient, 0);
  return gradient;
}
