/** Rotary position embedding (Su et al., 2021). @module */
import { type RotaryAngles, type RotaryHeads, rotate } from "../../kernels/rotary.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import { record } from "../tape.ts";

/**
 * Turns the halves `(a, b)` of every head into `(a cos − b sin, b cos + a sin)`, by the angles of the row's position.
 *
 * @param x `[…, heads · d]`, such as packed queries, values and keys, of which the values stay as they are
 * @returns of x's shape
 */
export function rotary(x: Tensor, angles: RotaryAngles, heads: RotaryHeads): Tensor {
  const y = empty(x.gpu, x.shape);
  rotate(x, angles, y, { ...heads, direction: 1 });
  return record([x], y, (dy, sink) => {
    const dx = empty(x.gpu, x.shape);
    rotate(dy, angles, dx, { ...heads, direction: -1 });
    sink.give(0, dx);
  });
}
