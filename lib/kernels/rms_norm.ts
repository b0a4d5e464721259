/** Root-mean-square normalization. @module */
import { float } from "../gpu/uniform_store.ts";
import { columnsOf, rowsOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { chooseLane, laneKernel } from "./lane_kernel.ts";
import backwardCode from "./rms_norm_backward.wgsl" with { type: "text" };
import forwardCode from "./rms_norm.wgsl" with { type: "text" };
import gainCode from "./rms_norm_gain_gradient.wgsl" with { type: "text" };

const FORWARD = laneKernel("rms_norm", forwardCode);
const BACKWARD = laneKernel("rms_norm_backward", backwardCode);
const GAIN = laneKernel("rms_norm_gain_gradient", gainCode);

/** Operands and sizes shared by the kernels; `scale` multiplies the output. */
export interface RmsNormSizes {
  readonly eps: number;
  readonly scale: number;
}

/** `y = scale · gain ⊙ x / √(mean(x²) + eps)`; also stores the inverse root of every row. */
export function rmsNormForward(
  x: Tensor,
  gain: Tensor,
  y: Tensor,
  inverse: Tensor,
  sizes: RmsNormSizes,
): void {
  const rows = rowsOf(x.shape);
  const { kernel, lane } = chooseLane(FORWARD, columnsOf(x.shape));
  x.gpu.dispatch(kernel, [x.range, gain.range, y.range, inverse.range], {
    uniform: [rows, columnsOf(x.shape) / lane, float(sizes.scale), float(sizes.eps)],
    grid: [Math.ceil(rows / 8)],
  });
}

/** The gradient of the input, stored in or added to `dx`. */
export function rmsNormBackward(
  saved: { readonly x: Tensor; readonly gain: Tensor; readonly inverse: Tensor; readonly scale: number },
  dy: Tensor,
  dx: { readonly gradient: Tensor; readonly accumulate: boolean },
): void {
  const { x, gain, inverse, scale } = saved;
  const rows = rowsOf(x.shape);
  const { kernel, lane } = chooseLane(BACKWARD, columnsOf(x.shape));
  x.gpu.dispatch(kernel, [x.range, gain.range, inverse.range, dy.range, dx.gradient.range], {
    uniform: [rows, columnsOf(x.shape) / lane, float(scale), Number(dx.accumulate)],
    grid: [Math.ceil(rows / 8)],
  });
}

/** The gradient of the gain, stored in or added to `dgain`. */
export function rmsNormGainGradient(
  saved: { readonly x: Tensor; readonly inverse: Tensor; readonly scale: number },
  dy: Tensor,
  dgain: { readonly gradient: Tensor; readonly accumulate: boolean },
): void {
  const { x, inverse, scale } = saved;
  const { kernel, lane } = chooseLane(GAIN, columnsOf(x.shape));
  const lanes = columnsOf(x.shape) / lane;
  x.gpu.dispatch(kernel, [x.range, inverse.range, dy.range, dgain.gradient.range], {
    uniform: [rowsOf(x.shape), lanes, float(scale), Number(dgain.accumulate)],
    grid: [Math.ceil(lanes / 8)],
  });
}
