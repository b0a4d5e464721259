/** Plain loop twin of multi-head attention. @module */
import type { AttentionSizes } from "../../lib/kernels/attention.ts";
import { type Plain, plain, width } from "./plain.ts";

/** Columns of an array that hold queries, keys or values. */
export interface Columns {
  readonly from: Plain;
  readonly first: number;
}

/** Operands, as in the library's `attention`. */
export interface AttentionOperands {
  readonly q: Columns;
  readonly k: Columns;
  readonly v: Columns;
  /** `[Tq, Tk, H]` */
  readonly bias?: Plain;
  /** `[B, Tk]`, 0 hides a key. */
  readonly mask?: ArrayLike<number>;
}

/** `softmax(scale · q kᵀ + bias) v` for every head, `[B, Tq, H·D]`; grouped heads share keys and values. */
export function attentionTwin({ q, k, v, bias, mask }: AttentionOperands, sizes: AttentionSizes): Plain {
  const { batch, heads, keyHeads, headWidth, queries, keys, scale, causal } = sizes;
  const context = plain(batch, queries, heads * headWidth);
  const element = ({ from, first }: Columns, row: number, head: number, d: number) =>
    from.data[row * width(from) + first + head * headWidth + d];
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < heads; h++) {
      const keyHead = Math.floor(h / (heads / keyHeads));
      for (let i = 0; i < queries; i++) {
        const scores: number[] = [];
        for (let j = 0; j < keys; j++) {
          let score = 0;
          for (let d = 0; d < headWidth; d++) {
            score += element(q, b * queries + i, h, d) * element(k, b * keys + j, keyHead, d);
          }
          score = score * scale + (bias ? bias.data[(i * keys + j) * heads + h] : 0);
          const hidden = (mask && mask[b * keys + j] === 0) || (causal && j > i + keys - queries);
          scores.push(hidden ? -Infinity : score);
        }
        const largest = Math.max(...scores);
        const weights = scores.map((score) => Math.exp(score - largest));
        const sum = weights.reduce((total, weight) => total + weight, 0);
        for (let d = 0; d < headWidth; d++) {
          const value = weights.reduce((total, w, j) => total + w * element(v, b * keys + j, keyHead, d), 0);
          context.data[(b * queries + i) * heads * headWidth + h * headWidth + d] = value / sum;
        }
      }
    }
  }
  return context;
}
