/** How many threads the software adapter of a command uses. @module */
import type { TrainingOptions } from "../continual/training_options.ts";
import type { SoftwareThreads } from "../gpu/software_threads.ts";
import type { Options } from "./options.ts";

/** One for the embedded model and for each of several replicas; all for models that are named, or made for real texts. */
export function softwareThreads(
  { model, data }: Options,
  { replicas = 1 }: Partial<TrainingOptions>,
): SoftwareThreads {
  return (model === undefined && data === undefined) || replicas > 1 ? "one" : "all";
}
