/** Dropout (Srivastava et al., 2014). @module */
import { dropoutMasked } from "../../kernels/dropout.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import { record } from "../tape.ts";

/**
 * Sets each element to zero with probability p and scales the others by 1 / (1 − p).
 *
 * The mask is a function of the seed, a tensor `[1]` (u32; `[2]` for a slice of a whole, see `dropoutMasked`): write a new one before each replay of a recorded step,
 * and a resumed run draws what an uninterrupted one would have drawn.
 *
 * @param x any shape
 * @throws {RangeError} when p is not in [0, 1)
 */
export function dropout(x: Tensor, seed: Tensor, probability: number): Tensor {
  if (!(probability >= 0 && probability < 1)) {
    throw new RangeError(`A dropout probability must be at least 0 and below 1; ${probability} was given.`);
  }
  if (probability === 0) return x;
  const y = empty(x.gpu, x.shape);
  dropoutMasked(x, seed, y, probability);
  return record([x], y, (dy, sink) => {
    const dx = empty(x.gpu, x.shape);
    dropoutMasked(dy, seed, dx, probability);
    sink.give(0, dx);
  });
}
