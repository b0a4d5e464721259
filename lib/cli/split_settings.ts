/** `--set name=value` for methods and for training. @module */
import type { TrainingOptions } from "../continual/training_options.ts";
import type { Setting } from "./options.ts";
import { UsageError } from "./usage_error.ts";

const TRAINING = ["steps", "batchSize", "testRows"] as const;

/** Separates the settings of training from those of the method, which checks its own. */
export function splitSettings(
  settings: Readonly<Record<string, Setting>>,
): { method: Record<string, Setting>; training: Partial<TrainingOptions> } {
  const method = { ...settings };
  const training: Record<string, number> = {};
  for (const name of TRAINING) {
    if (!(name in method)) continue;
    const value = method[name];
    if (typeof value !== "number" || !Number.isInteger(value) || value < 1) {
      throw new UsageError(`--set ${name} needs a whole number from 1, but got "${value}".`);
    }
    training[name] = value;
    delete method[name];
  }
  return { method, training };
}
