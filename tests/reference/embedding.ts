/** Plain loop twin of the embedding. @module */
import { type Plain, plain, width } from "./plain.ts";

/** `y[i, :] = table[ids[i], :]`. */
export function embeddingTwin(table: Plain, ids: ArrayLike<number>): Plain {
  const n = width(table);
  const y = plain(ids.length, n);
  for (let i = 0; i < ids.length; i++) {
    for (let j = 0; j < n; j++) y.data[i * n + j] = table.data[ids[i] * n + j];
  }
  return y;
}
