/** Multi-head attention. @module */
import {
  attentionBiasGradient,
  attentionForward,
  attentionGradients,
  attentionKeyGradient,
  type AttentionOperands,
  attentionQueryGradient,
  type AttentionSizes,
} from "../../kernels/attention.ts";
import { fill } from "../../kernels/elementwise.ts";
import { columnsOf } from "../../tensor/shape.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import { record } from "../tape.ts";

/**
 * `softmax(scale · q kᵀ + bias) v` for every head.
 *
 * @returns the context `[B, Tq, H·D]`
 * @throws {RangeError} on the way back, when two sources share columns
 */
export function attention(operands: AttentionOperands, sizes: AttentionSizes): Tensor {
  const { q, k, v, bias } = operands;
  const { batch, heads, queries, headWidth } = sizes;
  const gpu = q.tensor.gpu;
  const context = empty(gpu, [batch, queries, heads * headWidth]);
  const saved = { context, extremes: empty(gpu, [batch, heads, queries, 4]) };
  attentionForward(operands, saved, sizes);
  const packed = [...new Set([q.tensor, k.tensor, v.tensor])];
  return record(bias ? [...packed, bias] : packed, context, (dContext, sink) => {
    const gradients = packed.map((source, i) => {
      const { gradient, previous } = sink.wants(i)
        ? sink.slot(i)
        : { gradient: empty(gpu, source.shape), previous: null };
      if (previous) throw new TypeError("Queries, keys and values can feed one attention only.");
      if (!coversColumns(source, operands, sizes)) fill(gradient, 0);
      return gradient;
    });
    const gradientOf = (source: Tensor) => gradients[packed.indexOf(source)];
    const [dq, dk, dv] = [q, k, v].map(({ tensor }) => gradientOf(tensor));
    const wantsKeys = [k, v].some(({ tensor }) => sink.wants(packed.indexOf(tensor)));
    const wantsBias = bias !== undefined && sink.wants(packed.length);
    const all = { dContext, dq, dk, dv };
    const isDone = wantsKeys && !wantsBias && attentionGradients(operands, saved, all, sizes);
    if (!isDone) {
      const pulls = attentionQueryGradient(operands, saved, all, sizes);
      if (wantsKeys) attentionKeyGradient(operands, pulls, all, sizes);
      if (wantsBias) {
        const { gradient: dBias, previous } = sink.slot(packed.length);
        attentionBiasGradient(operands, pulls, { dContext, previous, dBias }, sizes);
      }
      pulls.dispose();
    }
    gradients.forEach((gradient, i) => !sink.wants(i) && gradient.dispose());
  });
}

/** Whether the heads use all columns of a packed projection: the gradients are written to these only. */
function coversColumns(source: Tensor, { q, k, v }: AttentionOperands, sizes: AttentionSizes): boolean {
  const widths = [sizes.heads, sizes.keyHeads, sizes.keyHeads].map((heads) => heads * sizes.headWidth);
  const used = [q, k, v].map(({ tensor, first }, i) => ({ tensor, first, width: widths[i] }))
    .filter(({ tensor }) => tensor === source)
    .sort((a, b) => a.first - b.first);
  if (used.some(({ first }, i) => i > 0 && first < used[i - 1].first + used[i - 1].width)) {
    throw new RangeError("Queries, keys and values must not share columns: their gradients would be mixed.");
  }
  return used.reduce((sum, { width }) => sum + width, 0) === columnsOf(source.shape);
}
