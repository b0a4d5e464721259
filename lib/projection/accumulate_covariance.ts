/** The link that accumulates the covariance of the gradients passing through it. @module */
import type { GradientTransformation } from "../optim/transformation.ts";
import { CovarianceSketch } from "./covariance_sketch.ts";
import { type CovarianceSource, GradientCovariance } from "./gradient_covariance.ts";
import type { Side } from "./shared_space.ts";

/** Up to this width the covariance itself is kept, where nothing else is asked for. */
const WIDEST_EXACT = 1024;
/** Columns of the sketch of a wider one. */
const SKETCH_COLUMNS = 256;

/**
 * `C ← C + Gᵀ G` (side `features`) or `C + G Gᵀ` (`rows`); the gradient passes unchanged. Starts over each task.
 *
 * @param options.columns of the sketch that stands for C, where that is narrower than C; null for C itself up to a width
 *   of 1024, and 256 columns beyond
 */
export function accumulateCovariance(
  side: Side,
  options: { readonly columns?: number | null } = {},
): GradientTransformation<CovarianceSource> {
  return {
    init: (gpu, shape) => {
      const width = side === "features" ? shape[2] : shape[1];
      const columns = options.columns ?? (width > WIDEST_EXACT ? SKETCH_COLUMNS : width);
      return columns < width
        ? new CovarianceSketch(gpu, shape, side, columns)
        : new GradientCovariance(gpu, shape, side);
    },
    startTask: (state) => state.reset(),
    update: (gradient, state) => {
      state.add(gradient);
      return gradient;
    },
    dispose: (state) => state[Symbol.dispose](),
  };
}
