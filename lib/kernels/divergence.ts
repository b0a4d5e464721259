/** Kullback–Leibler divergence between rows of logits. @module */
import { float } from "../gpu/uniform_store.ts";
import { columnsOf, rowsOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import forwardCode from "./divergence.wgsl" with { type: "text" };
import backwardCode from "./divergence_backward.wgsl" with { type: "text" };
import { chooseLane, gridOfRows, laneKernel, rowKernel } from "./lane_kernel.ts";

const FORWARD = rowKernel("divergence", forwardCode);
const BACKWARD = laneKernel("divergence_backward", backwardCode);

/** Logits `[rows, columns]` of two models, and the temperature that divides both. */
export interface DivergenceOperands {
  readonly student: Tensor;
  readonly teacher: Tensor;
  readonly temperature: number;
}

/**
 * `KL(softmax(teacher/T) ‖ softmax(student/T))` of each row with a label ≥ 0.
 *
 * @param rows `[rows, 4]`, receives logΣexp of the student's row, the divergence, the label (−1 without one), and
 *   logΣexp of the teacher's; `crossEntropyMean` averages them
 */
export function divergenceRows(
  { student, teacher, temperature }: DivergenceOperands,
  labels: Tensor,
  rows: Tensor,
): void {
  const count = rowsOf(student.shape);
  const form = FORWARD(student.gpu);
  const { kernel, lane } = chooseLane(form, columnsOf(student.shape));
  student.gpu.dispatch(kernel, [student, teacher, labels, rows].map(({ range }) => range), {
    uniform: [count, columnsOf(student.shape) / lane, float(1 / temperature)],
    grid: [Math.ceil(count / form.rows)],
  });
}

/** The gradient of the student's logits, `upstream · weight / T · (softmax(student/T) − softmax(teacher/T))`. */
export function divergenceBackward(
  { student, teacher, temperature }: DivergenceOperands,
  saved: { readonly rows: Tensor; readonly weight: Tensor },
  gradient: { readonly upstream: Tensor; readonly dStudent: Tensor },
): void {
  const { kernel, lane } = chooseLane(BACKWARD, columnsOf(student.shape));
  const lanes = columnsOf(student.shape) / lane;
  const count = rowsOf(student.shape);
  const { down, grid } = gridOfRows(count, lanes);
  const operands = [student, teacher, saved.rows, saved.weight, gradient.upstream, gradient.dStudent];
  student.gpu.dispatch(kernel, operands.map(({ range }) => range), {
    uniform: [count, lanes, down, float(1 / temperature)],
    grid,
  });
}
