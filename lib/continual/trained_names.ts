/** Which modules of a model a plan trains. @module */
import { InputError } from "../errors/input_error.ts";
import type { LanguageModel } from "../models/language_model.ts";
import { targetModules } from "../models/target_modules.ts";
import type { TrainingPlan } from "./training_plan.ts";

/** Names of modules, without `.weight`. */
export interface TrainedNames {
  /** Those with LoRA pairs. */
  readonly loraNames: ReadonlySet<string>;
  /** Those trained as they are. */
  readonly fullNames: ReadonlySet<string>;
}

/**
 * The modules that a plan's patterns match, or the model's defaults.
 *
 * @throws {InputError} when a pattern matches no module, or both match the same
 */
export function trainedNames(
  { layout, defaultTargets }: Pick<LanguageModel, "layout" | "defaultTargets">,
  { lora, fullRank }: TrainingPlan,
): TrainedNames {
  const none: ReadonlySet<string> = new Set();
  const loraNames = lora ? targetModules(layout, lora.targets ?? defaultTargets.lora) : none;
  const fullNames = fullRank ? targetModules(layout, fullRank.targets ?? defaultTargets.fullRank) : none;
  const both = [...loraNames].filter((name) => fullNames.has(name));
  if (both.length > 0) {
    throw new InputError(
      `Module "${both[0]}" is chosen both for LoRA and for full-rank training; choose one.`,
    );
  }
  return { loraNames, fullNames };
}
