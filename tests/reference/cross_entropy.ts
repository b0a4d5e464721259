/** Plain loop twin of the loss. @module */
import { type Plain, plain, width } from "./plain.ts";

/** `[1]`, the mean over rows with a label ≥ 0 of `log Σ_j exp(logits[i, j]) − logits[i, label]`; 0 without one. */
export function crossEntropyTwin(logits: Plain, labels: ArrayLike<number>): Plain {
  const n = width(logits);
  let sum = 0;
  let count = 0;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] < 0) continue;
    const row = logits.data.subarray(i * n, (i + 1) * n);
    const largest = Math.max(...row);
    sum += largest + Math.log(row.reduce((total, x) => total + Math.exp(x - largest), 0)) - row[labels[i]];
    count += 1;
  }
  const loss = plain(1);
  loss.data[0] = count === 0 ? 0 : sum / count;
  return loss;
}
