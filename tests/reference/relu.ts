/** Plain loop twin of the rectifier. @module */
import { type Plain, plain } from "./plain.ts";

/** `y = max(x, 0)`. */
export function reluTwin(x: Plain): Plain {
  const y = plain(...x.shape);
  x.data.forEach((value, i) => y.data[i] = value > 0 ? value : 0);
  return y;
}
