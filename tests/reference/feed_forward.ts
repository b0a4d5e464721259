/** Plain loop twin of the feed-forward block. @module */
import { linearTwin } from "./linear.ts";
import type { Plain } from "./plain.ts";

/** `y = residual + max(x Wᵢᵀ, 0) Wₒᵀ`. */
export function feedForwardTwin(x: Plain, weights: { inner: Plain; outer: Plain }, residual: Plain): Plain {
  const hidden = linearTwin(x, weights.inner);
  hidden.data.forEach((value, i) => hidden.data[i] = Math.max(value, 0));
  return linearTwin(hidden, weights.outer, { residual });
}
