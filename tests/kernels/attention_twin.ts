/** Plain loop twin of multi-head attention and its gradients. @module */
import type { AttentionSizes } from "../../lib/kernels/attention.ts";

/** Columns of a row-major matrix. */
export interface PlainColumns {
  readonly data: Float32Array;
  readonly width: number;
  readonly first: number;
}

/** What the twin computes from. */
export interface PlainAttention {
  readonly q: PlainColumns;
  readonly k: PlainColumns;
  readonly v: PlainColumns;
  readonly bias?: Float32Array;
  readonly mask?: Float32Array;
}

/** What it computes, each a matrix of its own: `[B·T, heads · D]`; the bias as `[Tq, Tk, H]`. */
export interface PlainGradients {
  readonly context: Float64Array;
  readonly dq: Float64Array;
  readonly dk: Float64Array;
  readonly dv: Float64Array;
  readonly dBias: Float64Array;
}

/** In f64, one head and query at a time. */
export function attentionTwin(
  { q, k, v, bias, mask }: PlainAttention,
  dContext: Float32Array,
  sizes: AttentionSizes,
): PlainGradients {
  const { batch, heads, keyHeads, headWidth: width, queries, keys, scale, causal } = sizes;
  const result = {
    context: new Float64Array(batch * queries * heads * width),
    dq: new Float64Array(batch * queries * heads * width),
    dk: new Float64Array(batch * keys * keyHeads * width),
    dv: new Float64Array(batch * keys * keyHeads * width),
    dBias: new Float64Array(queries * keys * heads),
  };
  const at = (columns: PlainColumns, row: number, head: number, d: number) =>
    columns.data[row * columns.width + columns.first + head * width + d];
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < heads; h++) {
      const keyHead = Math.floor(h / (heads / keyHeads));
      for (let i = 0; i < queries; i++) {
        const scores = Array.from({ length: keys }, (_, j) => {
          if (mask && mask[b * keys + j] === 0) return -Infinity;
          if (causal && j > i + keys - queries) return -Infinity;
          let product = 0;
          for (let d = 0; d < width; d++) {
            product += at(q, b * queries + i, h, d) * at(k, b * keys + j, keyHead, d);
          }
          return scale * product + (bias ? bias[(i * keys + j) * heads + h] : 0);
        });
        const largest = Math.max(...scores);
        const powers = scores.map((score) => Math.exp(score - largest));
        const total = powers.reduce((sum, power) => sum + power, 0);
        const p = powers.map((power) => power / total);
        const outAt = ((b * queries + i) * heads + h) * width;
        let pull = 0;
        const pushes = p.map((weight, j) => {
          let push = 0;
          for (let d = 0; d < width; d++) {
            const value = at(v, b * keys + j, keyHead, d);
            result.context[outAt + d] += weight * value;
            push += dContext[outAt + d] * value;
          }
          pull += weight * push;
          return push;
        });
        p.forEach((weight, j) => {
          const dScore = weight * (pushes[j] - pull);
          const keyAt = ((b * keys + j) * keyHeads + keyHead) * width;
          result.dBias[(i * keys + j) * heads + h] += dScore;
          for (let d = 0; d < width; d++) {
            result.dq[outAt + d] += scale * dScore * at(k, b * keys + j, keyHead, d);
            result.dk[keyAt + d] += scale * dScore * at(q, b * queries + i, h, d);
            result.dv[keyAt + d] += weight * dContext[outAt + d];
          }
        });
      }
    }
  }
  return result;
}
