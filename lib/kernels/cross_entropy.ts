/** Cross-entropy over rows of logits. @module */
import { columnsOf, rowsOf } from "../tensor/shape.ts";
import { empty, type Tensor } from "../tensor/tensor.ts";
import backwardCode from "./cross_entropy_backward.wgsl" with { type: "text" };
import meanCode from "./cross_entropy_mean.wgsl" with { type: "text" };
import forwardCode from "./cross_entropy.wgsl" with { type: "text" };
import { chooseLane, gridOfRows, laneKernel, rowKernel } from "./lane_kernel.ts";

const FORWARD = rowKernel("cross_entropy", forwardCode);
const MEAN = { name: "cross_entropy_mean", code: meanCode };
const BACKWARD = laneKernel("cross_entropy_backward", backwardCode);

/**
 * What is known of each row of `logits [rows, vocabulary]`, given `labels [rows]` (negative: no loss).
 *
 * @param rows `[rows, 4]`, receives logΣexp, the loss, the label (−1 without one) and zero
 */
export function crossEntropyRows(logits: Tensor, labels: Tensor, rows: Tensor): void {
  const count = rowsOf(logits.shape);
  const form = FORWARD(logits.gpu);
  const { kernel, lane } = chooseLane(form, columnsOf(logits.shape));
  logits.gpu.dispatch(kernel, [logits.range, labels.range, rows.range], {
    uniform: [count, columnsOf(logits.shape) / lane],
    grid: [Math.ceil(count / form.rows)],
  });
}

/** What a mean over rows is one of. */
export interface MeanOptions {
  /** `[1]`, the number of labels to divide by; by default that of these rows. */
  readonly labels?: Tensor;
  /** 2 where the mean is that over the first half of the rows plus that over the second, both of all labels; default 1. */
  readonly parts?: 1 | 2;
}

/** `weight = 1 / number of labels`, `loss = weight · Σ losses`, both `[1]`. */
export function crossEntropyMean(
  rows: Tensor,
  weight: Tensor,
  loss: Tensor,
  { labels, parts = 1 }: MeanOptions = {},
): void {
  const count = rowsOf(rows.shape);
  const given = labels ?? empty(rows.gpu, [1]);
  rows.gpu.dispatch(MEAN, [rows, given, weight, loss].map(({ range }) => range), {
    uniform: [count, parts, Number(labels !== undefined)],
    grid: [1],
  });
  if (!labels) given.dispose();
}

/** The gradient of the logits, `upstream · weight · (softmax − onehot)`. */
export function crossEntropyBackward(
  saved: { readonly logits: Tensor; readonly rows: Tensor; readonly weight: Tensor },
  upstream: Tensor,
  dLogits: Tensor,
): void {
  const { logits, rows, weight } = saved;
  const { kernel, lane } = chooseLane(BACKWARD, columnsOf(logits.shape));
  const lanes = columnsOf(logits.shape) / lane;
  const count = rowsOf(logits.shape);
  const { down, grid } = gridOfRows(count, lanes);
  logits.gpu.dispatch(kernel, [logits, rows, weight, upstream, dLogits].map(({ range }) => range), {
    uniform: [count, lanes, down],
    grid,
  });
}
