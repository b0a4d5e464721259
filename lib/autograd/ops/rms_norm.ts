/** Root-mean-square normalization (Zhang and Sennrich, 2019). @module */
import { rmsNormBackward, rmsNormForward, rmsNormGainGradient } from "../../kernels/rms_norm.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import { record } from "../tape.ts";

/** Options of {@linkcode rmsNorm}. */
export interface RmsNormOptions {
  /** Added to the mean square; default 1e-6. */
  readonly eps?: number;
  /** Factor of the result; default 1. */
  readonly scale?: number;
}

/**
 * `y = scale · gain ⊙ x / √(mean(x²) + eps)` for each row.
 *
 * @param x `[…, D]`
 * @param gain `[D]`
 */
export function rmsNorm(x: Tensor, gain: Tensor, options: RmsNormOptions = {}): Tensor {
  const { eps = 1e-6, scale = 1 } = options;
  const y = empty(x.gpu, x.shape);
  rmsNormForward({ x, gain }, y, { eps, scale });
  return record([x, gain], y, (dy, sink) => {
    if (sink.wants(1)) rmsNormGainGradient(x, dy, sink.slot(1), { eps, scale });
    if (sink.wants(0)) rmsNormBackward({ x, gain }, dy, sink.slot(0), { eps, scale });
  });
}
