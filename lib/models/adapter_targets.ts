/** Which modules a LoRA configuration means, and how strongly they are changed. @module */
import { InputError } from "../errors/input_error.ts";
import type { AdapterConfig, AdapterTargets } from "./adapter_config.ts";
import { nearestNamesText } from "./nearest_names.ts";
import { wholeName } from "./target_modules.ts";

/**
 * The modules that a configuration chooses, in the order given.
 *
 * A list chooses every module whose whole name it has, or the end of whose name after a dot; a regular expression
 * must match the whole name.
 *
 * @param names of a model's modules
 * @throws {InputError} for a target that is no regular expression
 * @throws {InputError} when none is chosen, naming those most like the targets
 */
export function adapterTargets(config: AdapterConfig, names: readonly string[]): string[] {
  const chosen = names.filter(moduleChooser(config));
  if (chosen.length > 0) return chosen;
  const targets = JSON.stringify(config.targets);
  throw new InputError(
    `The adapter's target modules ${targets} match none of the model's ${names.length}; ` +
      `the nearest are ${nearestNamesText(names, targets)}.`,
  );
}

/** Whether a configuration chooses a module, by its whole name. */
export function moduleChooser(config: AdapterConfig): (name: string) => boolean {
  const { targets } = config;
  const isTarget = matcher(targets);
  const isExcluded = matcher(config.excluded);
  const isInLayers = layerMatcher(config);
  return (name) => {
    if (!isTarget(name) || isExcluded(name)) return false;
    return typeof targets === "string" || targets.includes(name) || isInLayers(name);
  };
}

/** The rank that a configuration gives a module. */
export function rankOf(config: AdapterConfig, module: string): number {
  return patternValue(config.ranks, module) ?? config.rank;
}

/** The scaling s of a module, α/r or, for rank-stabilized LoRA, α/√r. */
export function scalingOf(config: AdapterConfig, module: string): number {
  const rank = rankOf(config, module);
  const alpha = patternValue(config.alphas, module) ?? config.alpha;
  return alpha / (config.rootScaling ? Math.sqrt(rank) : rank);
}

function matcher(targets: AdapterTargets): (name: string) => boolean {
  if (typeof targets === "string") {
    const expression = wholeName(targets);
    return (name) => expression.test(name);
  }
  return (name) => targets.some((target) => name === target || name.endsWith(`.${target}`));
}

/** The value of the first pattern that the end of a name matches, from a dot on. */
function patternValue(values: Readonly<Record<string, number>>, module: string): number | undefined {
  return Object.entries(values).find(([pattern]) => wholeName(String.raw`(.*\.)?(${pattern})`).test(module))
    ?.[1];
}

/** Whether a module is in one of the layers, by the first number in its name that follows a list of layers. */
function layerMatcher({ layers, layerLists }: AdapterConfig): (name: string) => boolean {
  if (layers === null || layers.length === 0) return () => true;
  const lists = layerLists.length > 0
    ? layerLists.map((list) => String.raw`(?:.*?\.)?(?:${list})`)
    : [String.raw`.*?\.[^.]*`];
  const expressions = lists.map((list) => wholeName(String.raw`${list}\.(?<layer>\d+)\..*`));
  return (name) => {
    const numbers = expressions.map((expression) => expression.exec(name)?.groups?.layer);
    const number = numbers.find((found) => found !== undefined);
    return number !== undefined && layers.includes(Number(number));
  };
}
