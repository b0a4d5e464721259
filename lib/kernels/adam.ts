/** Adam's element-wise update. @module */
import { float } from "../gpu/uniform_store.ts";
import type { Tensor } from "../tensor/tensor.ts";
import code from "./adam.wgsl" with { type: "text" };
import { chooseLane, gridFor, laneKernel } from "./lane_kernel.ts";

const ADAM = laneKernel("adam", code);

/** Coefficients of the update. */
export interface AdamCoefficients {
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  readonly epsPlacement: "outside" | "inside";
}

/** The tensors of one group of weights, all of the gradient's size. */
export interface AdamTensors {
  readonly gradient: Tensor;
  readonly firstMoment: Tensor;
  readonly secondMoment: Tensor;
  /** Receives the bias-corrected direction. */
  readonly direction: Tensor;
}

/** Updates both moments in place and writes the direction; `correction [4]` holds the step's bias corrections. */
export function adamDirection(
  tensors: AdamTensors,
  correction: Tensor,
  coefficients: AdamCoefficients,
): void {
  const { gradient, firstMoment, secondMoment, direction } = tensors;
  const { beta1, beta2, eps, epsPlacement } = coefficients;
  const { kernel, lane } = chooseLane(ADAM, gradient.size);
  const lanes = gradient.size / lane;
  const grid = gridFor(lanes, 64);
  gradient.gpu.dispatch(
    kernel,
    [gradient.range, correction.range, firstMoment.range, secondMoment.range, direction.range],
    {
      uniform: [
        ...[lanes, grid[0] * 64, Number(epsPlacement === "inside")],
        ...[eps, beta1, beta2, 1 - beta1, 1 - beta2].map(float),
      ],
      grid,
    },
  );
}
