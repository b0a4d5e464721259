/** The covariance of gradients over a task, the second source of the shared space. @module */
import type { Gpu } from "../gpu/gpu.ts";
import { batchOf, matmul } from "../kernels/matmul.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import type { Side } from "./shared_space.ts";

/**
 * Accumulates `C ← C + Gᵀ G` (side `features`) or `C + G Gᵀ` (`rows`) for several gradients of equal shape. The
 * first moment is an average over about the last ten steps; the covariance keeps every direction a task used.
 */
export class GradientCovariance implements Disposable {
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

  /** Starts over, for the next task. */
  reset(): void {
    this.tensor.gpu.clear(this.tensor.range);
  }

  /** Releases the tensor. */
  [Symbol.dispose](): void {
    this.tensor.dispose();
  }
}
