/** `--set name=value` for methods, for training, and for how much of data and model takes part. @module */
import { GORP_OPTION_NAMES } from "../continual/methods/gorp_options.ts";
import type { PretrainedSettings } from "../continual/pretrained_experiment.ts";
import type { TextTasks } from "../continual/experiment_source.ts";
import type { TrainingOptions } from "../continual/training_options.ts";
import { nearest } from "./nearest.ts";
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
  replicas: COUNT,
  partWeights: choice("equal", "tokens"),
  recompute: SWITCH,
  layerwise: SWITCH,
};

const AMOUNTS: Readonly<Record<keyof PretrainedSettings, Kind>> = {
  trainRows: COUNT,
  sampleTokens: COUNT,
  maximumSource: COUNT,
  trainedLayers: COUNT,
  weights: choice("f32", "f16"),
};

const DATA: Readonly<Record<"unknownLabels" | "truncation", Kind>> = {
  unknownLabels: choice("throw", "drop", "keep"),
  truncation: choice("sample", "right"),
};

/** Settings by what they are for. */
export interface SplitSettings {
  /** Checked by the method itself. */
  readonly method: Record<string, Setting>;
  readonly training: Partial<TrainingOptions>;
  /** Of an experiment with a pre-trained model. */
  readonly amounts: Partial<PretrainedSettings>;
  /** Of an experiment on real texts. */
  readonly texts: Pick<TextTasks, "unknownLabels" | "truncation">;
}

/**
 * Separates the settings of training and experiment from those of the method.
 *
 * @param methodOptions the names of the method's options, or of several methods'
 */
export function splitSettings(
  settings: Readonly<Record<string, Setting>>,
  methodOptions: readonly string[] = GORP_OPTION_NAMES,
): SplitSettings {
  const method = { ...settings };
  const take = (kinds: Readonly<Record<string, Kind>>) => {
    const taken: Record<string, Setting> = {};
    for (const [name, kind] of Object.entries(kinds)) {
      if (!(name in method)) continue;
      if (!kind.fits(method[name])) {
        throw new UsageError(`--set ${name} needs ${kind.needs}, but got "${method[name]}".`);
      }
      taken[name] = method[name];
      delete method[name];
    }
    return taken;
  };
  checkNames(settings, methodOptions);
  return { training: take(TRAINING), amounts: take(AMOUNTS), texts: take(DATA), method };
}

/** Whatever an option of the method, of training or of the data is called. */
function checkNames(settings: Readonly<Record<string, Setting>>, methodOptions: readonly string[]): void {
  const own = [TRAINING, AMOUNTS, DATA].flatMap((kinds) => Object.keys(kinds));
  const names = [...own, ...methodOptions];
  for (const name of Object.keys(settings)) {
    if (names.includes(name)) continue;
    const guess = nearest(name, names);
    const known = guess === null ? `there are ${names.join(", ")}.` : `did you mean "${guess}"?`;
    throw new UsageError(`--set does not know "${name}"; ${known}`);
  }
}
