/** The device of commands that train. @module */
import type { TrainingOptions } from "../continual/training_options.ts";
import { type Gpu, openGpu } from "../gpu/gpu.ts";
import { deviceChoice } from "./device_choice.ts";
import type { Options } from "./options.ts";

/**
 * Opens the device that the options name. The software adapter computes in one thread for the embedded model and for each
 * of several replicas; in all threads for models that are named, or made for real texts.
 *
 * @throws {NoAdapterError} when there is no such adapter
 */
export function trainingGpu(
  { device, model, data }: Options,
  { replicas = 1 }: Partial<TrainingOptions>,
): Promise<Gpu> {
  const isSmall = model === undefined && data === undefined;
  return openGpu({ device: deviceChoice(device), threads: isSmall || replicas > 1 ? "one" : "all" });
}
