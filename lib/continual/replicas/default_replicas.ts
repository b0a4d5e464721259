/** How many threads carry out a run where nobody says so. @module */
import { areReplicasExact, partsOfBatch } from "../batch_halves.ts";
import { canBeRemade } from "../methods/methods.ts";
import type { SequencePlan } from "../sequence_state.ts";
import { coreShare } from "./core_share.ts";

/** Weights up to which every thread may have its own: larger models fill the cores by themselves. */
const MOST_WEIGHTS = 2 ** 24;

/**
 * Two for small models on a software adapter that computes in one thread, where there are cores for both and the results
 * stay the same to the last bit; else one.
 */
export function defaultReplicas({ source, method, training, model: { gpu, weights } }: SequencePlan): number {
  const replicas = partsOfBatch(training);
  const size = Object.values(weights).reduce((sum, weight) => sum + weight.size, 0);
  const hasCores = navigator.hardwareConcurrency >= replicas && coreShare(0, replicas).length > 0;
  const isFaster = gpu.software && gpu.threads === "one" && size <= MOST_WEIGHTS && hasCores;
  const isPossible = source !== undefined && canBeRemade(method) && !training.layerwise;
  return isFaster && isPossible && areReplicasExact({ ...training, replicas }, gpu) ? replicas : 1;
}
