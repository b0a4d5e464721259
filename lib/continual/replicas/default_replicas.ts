/** How many threads carry out a run where nobody says so. @module */
import { areReplicasExact } from "../batch_halves.ts";
import type { Experiment } from "../experiment.ts";
import type { Method } from "../method.ts";
import { canBeRemade } from "../methods/methods.ts";
import { coreShare } from "./core_share.ts";

/** So many compute to the last bit what one does. */
const DEFAULT = 2;
/** Weights up to which every thread may have its own: larger models fill the cores by themselves. */
const MOST_WEIGHTS = 2 ** 24;

/** The experiment with as many replicas a run as suit it, unless its training says how many. */
export function withReplicas(experiment: Experiment, methods: readonly Method[]): Experiment {
  const replicas = defaultReplicas(experiment, methods);
  return { ...experiment, training: { replicas, ...experiment.training } };
}

/**
 * Two for small models on a software adapter that computes in one thread, where there are cores for both and the results
 * stay the same to the last bit; else one.
 *
 * @param methods all of which can be carried out so
 */
function defaultReplicas(
  { source, model: { gpu, weights }, training }: Experiment,
  methods: readonly Method[],
): number {
  const size = Object.values(weights).reduce((sum, weight) => sum + weight.size, 0);
  const isFaster = gpu.software && gpu.threads === "one" && size <= MOST_WEIGHTS &&
    coreShare(1, DEFAULT).length > 0;
  const isPossible = source !== undefined && methods.every(canBeRemade) && !training.layerwise;
  return isFaster && isPossible && areReplicasExact({ ...training, replicas: DEFAULT }, gpu) ? DEFAULT : 1;
}
