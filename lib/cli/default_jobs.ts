/** How many runs go on at once unless `--jobs` says so. @module */
import type { Experiment } from "../continual/experiment.ts";

/** Memory of a process beside weights: the runtime, the device, compiled shaders. */
const PROCESS_BYTES = 600e6;
/** Weights, their gradients, what is trained, activations: a process takes a few times the weights. */
const TIMES_WEIGHTS = 6;

/**
 * On the software adapter, one process a core as far as memory reaches: a run there uses little more than one core, or
 * one for each of its replicas.
 * On a GPU one run after the other.
 */
export function defaultJobs({ model: { gpu, weights }, training: { replicas = 1 } }: Experiment): number {
  if (!gpu.software) return 1;
  const bytes = 4 * Object.values(weights).reduce((sum, weight) => sum + weight.size, 0);
  const fitting = Math.floor(Deno.systemMemoryInfo().available / (PROCESS_BYTES + TIMES_WEIGHTS * bytes));
  return Math.max(1, Math.floor(Math.min(navigator.hardwareConcurrency, fitting) / replicas));
}
