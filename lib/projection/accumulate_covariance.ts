/** The link that accumulates the covariance of the gradients passing through it. @module */
import type { GradientTransformation } from "../optim/transformation.ts";
import { GradientCovariance } from "./gradient_covariance.ts";
import type { Side } from "./shared_space.ts";

/** `C ← C + Gᵀ G` (side `features`) or `C + G Gᵀ` (`rows`); the gradient passes unchanged. Starts over each task. */
export function accumulateCovariance(side: Side): GradientTransformation<GradientCovariance> {
  return {
    init: (gpu, shape) => new GradientCovariance(gpu, shape, side),
    startTask: (state) => state.reset(),
    update: (gradient, state) => {
      state.add(gradient);
      return gradient;
    },
    dispose: (state) => state[Symbol.dispose](),
  };
}
