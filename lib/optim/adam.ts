/** Adam with its moments in the open (Kingma and Ba, 2015). @module */
import { adamDirection, adamStep } from "../kernels/adam.ts";
import type { Gpu } from "../gpu/gpu.ts";
import { empty, type Tensor, zeros } from "../tensor/tensor.ts";
import type { GradientTransformation, WeightUpdate } from "./transformation.ts";

/** Coefficients of Adam. */
export interface AdamOptions {
  /** Decay of the first moment; default 0.9. */
  readonly beta1?: number;
  /** Decay of the second moment; default 0.999. */
  readonly beta2?: number;
  /** Default 1e-6. */
  readonly eps?: number;
  /**
   * Where eps stands: `outside` the bias correction, `m/(√v + eps)` scaled by `√(1−β2ᵗ)/(1−β1ᵗ)` (the method's;
   * default), or `inside`, `m̂/(√v̂ + eps)` (PyTorch's AdamW).
   */
  readonly epsPlacement?: "outside" | "inside";
}

/** The state of Adam for one group of weights; all of the gradient's shape. */
export interface AdamState {
  /** `m`, the exponential average of gradients, not bias-corrected. GORP measures its shared space from it. */
  readonly firstMoment: Tensor;
  /** `v`, the exponential average of squared gradients. */
  readonly secondMoment: Tensor;
}

/** Adam as a rule on gradients, with its coefficients readable. */
export interface Adam extends GradientTransformation<AdamState> {
  readonly options: Required<AdamOptions>;
  /** Moments in, weights moved. */
  apply(gradient: Tensor, state: AdamState, correction: Tensor, to: WeightUpdate): void;
}

/**
 * Adam with the given coefficients: moments in, direction out, to be scaled by the negative learning rate.
 *
 * `m ← β1 m + (1−β1) g`, `v ← β2 v + (1−β2) g²`, direction `√(1−β2ᵗ)/(1−β1ᵗ) · m/(√v + eps)`.
 */
export function adam(options: AdamOptions = {}): Adam {
  const complete = { beta1: 0.9, beta2: 0.999, eps: 1e-6, epsPlacement: "outside" as const, ...options };
  return {
    options: complete,
    init: (gpu, shape) => ({ firstMoment: zeros(gpu, shape), secondMoment: zeros(gpu, shape) }),
    startTask: ({ firstMoment, secondMoment }) => {
      firstMoment.gpu.clear(firstMoment.range);
      secondMoment.gpu.clear(secondMoment.range);
    },
    update: (gradient, state, correction) => {
      const direction = empty(gradient.gpu, gradient.shape);
      adamDirection({ gradient, ...state, direction }, correction, complete);
      return direction;
    },
    apply: (gradient, state, correction, { weights, keep, scale }) =>
      adamStep({ gradient, ...state, weights }, correction, { ...complete, keep, scale }),
    dispose: ({ firstMoment, secondMoment }) => {
      firstMoment.dispose();
      secondMoment.dispose();
    },
  };
}

/**
 * The bias corrections of a step, as a tensor that a recorded step reads: written before each replay.
 *
 * Holds `√(1−β2ᵗ)/(1−β1ᵗ)`, `1/(1−β1ᵗ)` and `1/√(1−β2ᵗ)`.
 */
export class BiasCorrection implements Disposable {
  readonly tensor: Tensor;
  readonly #options: Required<AdamOptions>;

  constructor(gpu: Gpu, options: Required<AdamOptions>) {
    this.tensor = zeros(gpu, [4]);
    this.#options = options;
  }

  /** Writes the corrections of step `t`, counted from 1; `factor` scales the step (a learning rate schedule). */
  set(t: number, factor = 1): void {
    const first = 1 - this.#options.beta1 ** t;
    const second = Math.sqrt(1 - this.#options.beta2 ** t);
    this.tensor.write(new Float32Array([factor * second / first, factor / first, 1 / second, 0]));
  }

  /** Releases the tensor. */
  [Symbol.dispose](): void {
    this.tensor.dispose();
  }
}
