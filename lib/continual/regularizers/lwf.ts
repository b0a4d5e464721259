/** LwF: a new task answered by the old model too. @module */
import { divergence } from "../../autograd/ops/divergence.ts";
import { weightedSum } from "../../autograd/ops/weighted_sum.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** How the old model's answers are compared. */
export interface LwfOptions {
  /** `[…]` i32; negative (−100) where answers do not count. */
  readonly labels: Tensor;
  /** T, which softens both; default 2. */
  readonly temperature?: number;
  /** Whether to multiply by T², so that gradients keep their size whatever T is; default true. */
  readonly timesTemperatureSquared?: boolean;
}

/**
 * `T² · mean over label positions of KL(softmax(teacher/T) ‖ softmax(student/T))`, to be added to the loss with a
 * factor α.
 *
 * Learning without forgetting (Li and Hoiem, TPAMI 2018) on the label positions of the new task's batches; the
 * teacher is the model as the last task left it. Published: T 2, α tuned.
 *
 * @param student logits `[…, V]`
 * @param teacher logits of its shape, a constant
 * @returns `[1]`; 0 where nothing is labelled
 */
export function lwfPenalty(student: Tensor, teacher: Tensor, options: LwfOptions): Tensor {
  const { labels, temperature = 2, timesTemperatureSquared = true } = options;
  const loss = divergence(student, teacher, { labels, temperature });
  return timesTemperatureSquared ? weightedSum([[loss, temperature ** 2]]) : loss;
}
