/** The loss of language models. @module */
import {
  crossEntropyBackward,
  crossEntropyMean,
  crossEntropyRows,
  type MeanOptions,
} from "../../kernels/cross_entropy.ts";
import { rowsOf } from "../../tensor/shape.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import { record } from "../tape.ts";

/**
 * Mean over the labelled rows of `logΣexp(logits) − logits[label]`.
 *
 * @param logits `[…, V]`
 * @param labels i32, one per row; negative (−100) for rows without loss
 * @param mean where these rows are a part of those that the mean is over, or are to be summed in two parts
 * @returns `[1]`; 0 when no row has a label
 */
export function crossEntropy(logits: Tensor, labels: Tensor, mean: MeanOptions = {}): Tensor {
  const { gpu } = logits;
  const rows = empty(gpu, [rowsOf(logits.shape), 4]);
  const weight = empty(gpu, [1]);
  const loss = empty(gpu, [1]);
  crossEntropyRows(logits, labels, rows);
  crossEntropyMean(rows, weight, loss, mean);
  return record([logits], loss, (upstream, sink) => {
    const dLogits = empty(gpu, logits.shape);
    crossEntropyBackward({ logits, rows, weight }, upstream, dLogits);
    sink.give(0, dLogits);
  });
}
