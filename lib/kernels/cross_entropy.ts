/** Cross-entropy over rows of logits. @module */
import { columnsOf, rowsOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import backwardCode from "./cross_entropy_backward.wgsl" with { type: "text" };
import forwardCode from "./cross_entropy.wgsl" with { type: "text" };
import weightCode from "./label_weight.wgsl" with { type: "text" };
import { chooseLane, gridFor, laneKernel } from "./lane_kernel.ts";
import sumCode from "./weighted_sum.wgsl" with { type: "text" };

const FORWARD = laneKernel("cross_entropy", forwardCode);
const BACKWARD = laneKernel("cross_entropy_backward", backwardCode);
const WEIGHT = { name: "label_weight", code: weightCode };
const SUM = { name: "weighted_sum", code: sumCode };

/** Row losses and log-sums of `logits [rows, vocabulary]` against `labels [rows]` (negative: no loss). */
export function crossEntropyRows(logits: Tensor, labels: Tensor, losses: Tensor, logSums: Tensor): void {
  const rows = rowsOf(logits.shape);
  const { kernel, lane } = chooseLane(FORWARD, columnsOf(logits.shape));
  logits.gpu.dispatch(kernel, [logits.range, labels.range, losses.range, logSums.range], {
    uniform: [rows, columnsOf(logits.shape) / lane],
    grid: [Math.ceil(rows / 8)],
  });
}

/** `weight[0] = 1 / number of labels`. */
export function labelWeight(labels: Tensor, weight: Tensor): void {
  labels.gpu.dispatch(WEIGHT, [labels.range, weight.range], { uniform: [labels.size], grid: [1] });
}

/** `out[0] = weight[0] · Σ x`. */
export function weightedSum(x: Tensor, weight: Tensor, out: Tensor): void {
  x.gpu.dispatch(SUM, [x.range, weight.range, out.range], { uniform: [x.size], grid: [1] });
}

/** The gradient of the logits, `upstream[0] · weight[0] · (softmax − onehot)`. */
export function crossEntropyBackward(
  saved: {
    readonly logits: Tensor;
    readonly labels: Tensor;
    readonly logSums: Tensor;
    readonly weight: Tensor;
  },
  upstream: Tensor,
  dLogits: Tensor,
): void {
  const { logits, labels, logSums, weight } = saved;
  const { kernel, lane } = chooseLane(BACKWARD, columnsOf(logits.shape));
  const lanes = columnsOf(logits.shape) / lane;
  const rows = rowsOf(logits.shape);
  const grid = gridFor(rows * lanes, 64);
  logits.gpu.dispatch(
    kernel,
    [logits.range, labels.range, logSums.range, weight.range, upstream.range, dLogits.range],
    { uniform: [rows, lanes, grid[0] * 64], grid },
  );
}
