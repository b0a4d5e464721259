/** How many threads the software adapter of a command uses. @module */
import type { TrainingOptions } from "../continual/training_options.ts";
import type { SoftwareThreads } from "../gpu/software_threads.ts";
import type { Options } from "./options.ts";

/** One for the kit's own small models and for each of several replicas, all for models that are named. */
export function softwareThreads(
  { model }: Options,
  { replicas = 1 }: Partial<TrainingOptions>,
): SoftwareThreads {
  return model === undefined || replicas > 1 ? "one" : "all";
}
