/** How many runs go on at once unless `--jobs` says so. @module */
import type { LanguageModel } from "../models/language_model.ts";

/** Memory of a process beside weights: the runtime, the device, compiled shaders. */
const PROCESS_BYTES = 600e6;
/** Weights, their gradients, what is trained, activations: a process takes a few times the weights. */
const TIMES_WEIGHTS = 6;

/**
 * On the software adapter, one process a core as far as memory reaches: a run there uses little more than one core.
 * On a GPU one run after the other.
 */
export function defaultJobs({ gpu, weights }: LanguageModel): number {
  if (!gpu.software) return 1;
  const bytes = 4 * Object.values(weights).reduce((sum, weight) => sum + weight.size, 0);
  const fitting = Math.floor(Deno.systemMemoryInfo().available / (PROCESS_BYTES + TIMES_WEIGHTS * bytes));
  return Math.max(1, Math.min(navigator.hardwareConcurrency, fitting));
}
