/** `--set name=value` for methods and for training. @module */
import type { TrainingOptions } from "../continual/training_options.ts";
import type { Setting } from "./options.ts";
import { UsageError } from "./usage_error.ts";

/** What a setting of training must be. */
interface Kind {
  readonly needs: string;
  fits(value: Setting): boolean;
}

const COUNT: Kind = {
  needs: "a whole number from 1",
  fits: (value) => typeof value === "number" && Number.isInteger(value) && value >= 1,
};
const SWITCH: Kind = { needs: "true or false", fits: (value) => typeof value === "boolean" };
const choice = (...names: readonly string[]): Kind => ({
  needs: names.join(" or "),
  fits: (value) => names.includes(`${value}`),
});

const TRAINING: Readonly<Partial<Record<keyof TrainingOptions, Kind>>> = {
  steps: COUNT,
  batchSize: COUNT,
  testRows: COUNT,
  testBatch: COUNT,
  microBatches: COUNT,
  partWeights: choice("equal", "tokens"),
  recompute: SWITCH,
};

/** Separates the settings of training from those of the method, which checks its own. */
export function splitSettings(
  settings: Readonly<Record<string, Setting>>,
): { method: Record<string, Setting>; training: Partial<TrainingOptions> } {
  const method = { ...settings };
  const training: Record<string, Setting> = {};
  for (const [name, kind] of Object.entries(TRAINING)) {
    if (!(name in method)) continue;
    if (!kind.fits(method[name])) {
      throw new UsageError(`--set ${name} needs ${kind.needs}, but got "${method[name]}".`);
    }
    training[name] = method[name];
    delete method[name];
  }
  return { method, training };
}
