/** Root-mean-square normalization. @module */
import { float } from "../gpu/uniform_store.ts";
import { columnsOf, rowsOf } from "../tensor/shape.ts";
import { empty, type Tensor } from "../tensor/tensor.ts";
import { chooseLane, laneKernel, rowKernel } from "./lane_kernel.ts";
import backwardCode from "./rms_norm_backward.wgsl" with { type: "text" };
import forwardCode from "./rms_norm.wgsl" with { type: "text" };
import sumCode from "./sum_rows.wgsl" with { type: "text" };
import gainCode from "./rms_norm_gain_gradient.wgsl" with { type: "text" };

const FORWARD = rowKernel("rms_norm", forwardCode);
const BACKWARD = rowKernel("rms_norm_backward", backwardCode);
const GAIN = laneKernel("rms_norm_gain_gradient", gainCode);
const SUM = laneKernel("sum_rows", sumCode);

/** Rows that a workgroup of the gain's gradient adds up. */
const GAIN_BLOCK = 64;

/** `eps` is added to the mean square; `scale` multiplies the output. */
export interface RmsNormSizes {
  readonly eps: number;
  readonly scale: number;
}

/** The input and the weight. */
export interface RmsNormOperands {
  readonly x: Tensor;
  readonly gain: Tensor;
}

/** A gradient to be written, and what must be added to it. */
export interface Sum {
  readonly gradient: Tensor;
  readonly previous: Tensor | null;
}

/** `y = scale · gain ⊙ x / √(mean(x²) + eps)` for each row. */
export function rmsNormForward({ x, gain }: RmsNormOperands, y: Tensor, sizes: RmsNormSizes): void {
  const rows = rowsOf(x.shape);
  const form = FORWARD(x.gpu);
  const { kernel, lane } = chooseLane(form, columnsOf(x.shape));
  x.gpu.dispatch(kernel, [x.range, gain.range, y.range], {
    uniform: [rows, columnsOf(x.shape) / lane, float(sizes.scale), float(sizes.eps)],
    grid: [Math.ceil(rows / form.rows)],
  });
}

/** The gradient of the input. */
export function rmsNormBackward(
  { x, gain }: RmsNormOperands,
  dy: Tensor,
  dx: Sum,
  sizes: RmsNormSizes,
): void {
  const rows = rowsOf(x.shape);
  const form = BACKWARD(x.gpu);
  const { kernel, lane } = chooseLane(form, columnsOf(x.shape));
  x.gpu.dispatch(kernel, [x, gain, dy, dx.previous ?? dy, dx.gradient].map(({ range }) => range), {
    uniform: [
      rows,
      columnsOf(x.shape) / lane,
      float(sizes.scale),
      float(sizes.eps),
      Number(dx.previous !== null),
    ],
    grid: [Math.ceil(rows / form.rows)],
  });
}

/** The gradient of the gain: sums over blocks of rows, then over the blocks. */
export function rmsNormGainGradient(x: Tensor, dy: Tensor, dgain: Sum, sizes: RmsNormSizes): void {
  const { gpu } = x;
  const rows = rowsOf(x.shape);
  const blocks = Math.ceil(rows / GAIN_BLOCK);
  const partial = empty(gpu, [blocks, columnsOf(x.shape)]);
  const { kernel, lane } = chooseLane(GAIN, columnsOf(x.shape));
  const lanes = columnsOf(x.shape) / lane;
  gpu.dispatch(kernel, [x.range, dy.range, partial.range], {
    uniform: [rows, lanes, float(sizes.scale), float(sizes.eps)],
    grid: [blocks],
  });
  const { previous, gradient } = dgain;
  gpu.dispatch(
    chooseLane(SUM, columnsOf(x.shape)).kernel,
    [partial, previous ?? partial, gradient].map(({ range }) => range),
    {
      uniform: [blocks, lanes, Number(previous !== null)],
      grid: [Math.ceil(lanes / 64)],
    },
  );
  partial.dispose();
}
