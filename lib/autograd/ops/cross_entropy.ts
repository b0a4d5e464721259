/** The loss of language models. @module */
import {
  crossEntropyBackward,
  crossEntropyRows,
  labelWeight,
  weightedSum,
} from "../../kernels/cross_entropy.ts";
import { rowsOf } from "../../tensor/shape.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import { record } from "../tape.ts";

/**
 * Mean over the labelled rows of `logΣexp(logits) − logits[label]`.
 *
 * @param logits `[…, V]`
 * @param labels i32, one per row; negative (−100) for rows without loss
 * @returns `[1]`; 0 when no row has a label
 */
export function crossEntropy(logits: Tensor, labels: Tensor): Tensor {
  const { gpu } = logits;
  const rows = rowsOf(logits.shape);
  const losses = empty(gpu, [rows]);
  const logSums = empty(gpu, [rows]);
  const weight = empty(gpu, [1]);
  const loss = empty(gpu, [1]);
  labelWeight(labels, weight);
  crossEntropyRows(logits, labels, losses, logSums);
  weightedSum(losses, weight, loss);
  losses.dispose();
  return record([logits], loss, (upstream, sink) => {
    const dLogits = empty(gpu, logits.shape);
    crossEntropyBackward({ logits, labels, logSums, weight }, upstream, dLogits);
    sink.give(0, dLogits);
  });
}
