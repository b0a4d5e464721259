/** From `--methods` to methods. @module */
import type { Method } from "../continual/method.ts";
import type { MethodChoice } from "../continual/method_choice.ts";
import { type Variant, VARIANTS } from "../continual/methods/gorp_options.ts";
import { methodOf } from "../continual/methods/methods.ts";
import { namedMethod, optionsKnownTo } from "./named_method.ts";
import { UsageError } from "./usage_error.ts";

/** The methods that are compared unless others are named. */
export const DEFAULT_METHODS: readonly string[] = [
  ...["inc-lora", "seq-lora", "o-lora", "n-lora", "gorp", "gorp:covariance"],
];

/** Every option of some methods, each once. */
export function optionNamesOf(names: readonly string[]): string[] {
  return [...new Set(names.flatMap((name) => namedMethod(choiceOf(name).method).optionNames))];
}

/**
 * The methods of such names, each with those of the settings that it knows.
 *
 * @param names such as "o-lora", or "gorp:covariance" and "gorp:paper:B+S" with profile and variant
 * @param suiting the options that hold where nothing is set, of a method by its name
 * @throws {UsageError} for a name that no method has, or two names of one method
 */
export function comparedMethods(
  names: readonly string[],
  settings: Readonly<Record<string, unknown>>,
  suiting: (method: string) => Readonly<Record<string, unknown>> = () => ({}),
): Method[] {
  const methods = names.map((name) => {
    const choice = choiceOf(name);
    const { method } = choice;
    return methodOf({ ...choice, options: { ...suiting(method), ...optionsKnownTo(method, settings) } });
  });
  const labels = methods.map(({ label }) => label);
  const again = labels.findIndex((label, i) => labels.indexOf(label) < i);
  if (again >= 0) {
    const first = names[labels.indexOf(labels[again])];
    throw new UsageError(
      `--methods needs different ones, but "${first}" and "${names[again]}" are the same.`,
    );
  }
  return methods;
}

/** `gorp:covariance:B+S`: behind the name a profile, a variant, or both. */
function choiceOf(name: string): Omit<MethodChoice, "options"> {
  const [method, ...parts] = name.split(":");
  const isVariant = (part: string) => VARIANTS.includes(part as Variant);
  const [variant, profile] = [parts.find(isVariant), parts.find((part) => !isVariant(part))];
  if (parts.length > Number(variant !== undefined) + Number(profile !== undefined)) {
    throw new UsageError(`--methods takes one profile and one variant of a method, but got "${name}".`);
  }
  return { method, profile, variant };
}
