/** Adam's element-wise update. @module */
import { float } from "../gpu/uniform_store.ts";
import type { Tensor } from "../tensor/tensor.ts";
import momentsCode from "./adam_moments.wgsl" with { type: "text" };
import stepCode from "./adam_step.wgsl" with { type: "text" };
import directionCode from "./adam.wgsl" with { type: "text" };
import { chooseLane, gridFor, type LaneKernel, laneKernel } from "./lane_kernel.ts";

const DIRECTION = laneKernel("adam", momentsCode + directionCode);
const STEP = laneKernel("adam step", momentsCode + stepCode);

/** Coefficients of the update. */
export interface AdamCoefficients {
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  readonly epsPlacement: "outside" | "inside";
}

/** The gradient of one group of weights and its moments, all of one size. */
export interface AdamTensors {
  readonly gradient: Tensor;
  readonly firstMoment: Tensor;
  readonly secondMoment: Tensor;
}

/** Updates both moments in place and writes the direction; `correction [4]` holds the step's bias corrections. */
export function adamDirection(
  tensors: AdamTensors & { readonly direction: Tensor },
  correction: Tensor,
  coefficients: AdamCoefficients,
): void {
  launch(DIRECTION, tensors, tensors.direction, { ...coefficients, correction, keep: 0, scale: 1 });
}

/** Updates both moments and the weights in place, `W ← keep · W + scale · direction`. */
export function adamStep(
  tensors: AdamTensors & { readonly weights: Tensor },
  correction: Tensor,
  coefficients: AdamCoefficients & { readonly keep: number; readonly scale: number },
): void {
  launch(STEP, tensors, tensors.weights, { ...coefficients, correction });
}

function launch(
  form: LaneKernel,
  { gradient, firstMoment, secondMoment }: AdamTensors,
  result: Tensor,
  options: AdamCoefficients & {
    readonly correction: Tensor;
    readonly keep: number;
    readonly scale: number;
  },
): void {
  const { correction, beta1, beta2, eps, epsPlacement, keep, scale } = options;
  const { kernel, lane } = chooseLane(form, gradient.size);
  const lanes = gradient.size / lane;
  const grid = gridFor(lanes, 64);
  const operands = [gradient, correction, firstMoment, secondMoment, result];
  gradient.gpu.dispatch(kernel, operands.map(({ range }) => range), {
    uniform: [
      ...[lanes, grid[0] * 64, Number(epsPlacement === "inside")],
      ...[eps, beta1, beta2, 1 - beta1, 1 - beta2, keep, scale].map(float),
    ],
    grid,
  });
}
