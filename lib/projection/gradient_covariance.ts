/** The covariance of gradients over a task, the second source of the shared space. @module */
import type { Gpu } from "../gpu/gpu.ts";
import { batchOf, matmul } from "../kernels/matmul.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import type { Dense } from "../linalg/dense.ts";
import {
  growSpaceFromCovariance,
  type Growth,
  type GrowthOptions,
  type SharedSpace,
  type Side,
} from "./shared_space.ts";

/** What a task's gradients leave behind for the shared space to grow from: their covariance, or a sketch of it. */
export interface CovarianceSource extends Disposable {
  /** What is accumulated, `[L, d, …]`. */
  readonly tensor: Tensor;
  /** Adds the gradients `[L, m, n]` of one step, before the space is removed from them. */
  add(gradient: Tensor): void;
  /** Grows a space from what one gradient left behind, read back. */
  grow(space: SharedSpace, accumulated: Dense, options: GrowthOptions): Growth;
  /** Starts over, for the next task. */
  reset(): void;
}

/**
 * Accumulates `C ← C + Gᵀ G` (side `features`) or `C + G Gᵀ` (`rows`) for several gradients of equal shape. The
 * first moment is an average over about the last ten steps; the covariance keeps every direction a task used.
 */
export class GradientCovariance implements CovarianceSource {
  /** `C [L, d, d]`. */
  readonly tensor: Tensor;
  readonly #side: Side;

  /** @param shape `[L, m, n]` of the gradients */
  constructor(gpu: Gpu, shape: readonly number[], side: Side) {
    const [count, m, n] = shape;
    const d = side === "features" ? n : m;
    this.tensor = zeros(gpu, [count, d, d]);
    this.#side = side;
  }

  /** Adds the gradients `[L, m, n]` of one step, before the space is removed from them. */
  add(gradient: Tensor): void {
    const g = batchOf(gradient);
    matmul(g, g, batchOf(this.tensor), {
      transposeA: this.#side === "features",
      transposeB: this.#side === "rows",
      batch: gradient.shape[0],
      epilogue: "accumulate",
    });
  }

  /** Grows a space from one of the covariances, read back `[d, d]`. */
  grow(space: SharedSpace, covariance: Dense, options: GrowthOptions): Growth {
    return growSpaceFromCovariance(space, covariance, options);
  }

  /** Starts over, for the next task. */
  reset(): void {
    this.tensor.gpu.clear(this.tensor.range);
  }

  /** Releases the tensor. */
  [Symbol.dispose](): void {
    this.tensor.dispose();
  }
}
