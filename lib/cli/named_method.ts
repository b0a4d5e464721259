/** Methods by the names that one types. @module */
import type { Method } from "../continual/method.ts";
import { METHODS, type NamedMethod } from "../continual/methods/methods.ts";
import { suggestion } from "./nearest.ts";
import type { OpenedExperiment } from "./open_experiment.ts";
import { UsageError } from "./usage_error.ts";

/** @throws {UsageError} for a name that no method has, naming what is near */
export function namedMethod(name: string): NamedMethod {
  if (Object.hasOwn(METHODS, name)) return METHODS[name];
  throw new UsageError(`There is no method "${name}": ${suggestion(name, Object.keys(METHODS))}`);
}

/** What a method is made with where nothing else is set: the options that it has of those that suit an experiment. */
export function suitingOptions(
  name: string,
  { methodOptions, rivalOptions }: Pick<OpenedExperiment, "methodOptions" | "rivalOptions">,
): Record<string, unknown> {
  return { ...optionsKnownTo(name, methodOptions), ...rivalOptions[name] };
}

/** Those of some options that a method has. */
export function optionsKnownTo(
  name: string,
  options: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const { optionNames } = namedMethod(name);
  return Object.fromEntries(Object.entries(options).filter(([option]) => optionNames.includes(option)));
}

/** Says which values the options have that only rivals have; nothing where there are none. */
export function ownOptionNotes(methods: readonly Method[]): string[] {
  const told = methods.flatMap(({ label, choice, options }) => {
    const own = ownOptionNames(choice?.method ?? "").map((name) =>
      `${name} ${(options as Record<string, unknown>)[name] ?? "by the width"}`
    );
    return own.length > 0 ? [`${label} with ${own.join(", ")}`] : [];
  });
  return told.length > 0 ? [`${told.join("; ")}.`] : [];
}

/** All methods for a help text, a line each: what it does, and the options that GORP does not have. */
export function methodList(): string {
  return Object.entries(METHODS).map(([name, { summary }]) => {
    const own = ownOptionNames(name);
    return `  ${name.padEnd(8)}  ${summary}${own.length > 0 ? ` (${own.join(", ")})` : ""}`;
  }).join("\n");
}

function ownOptionNames(name: string): string[] {
  const { optionNames = [] } = METHODS[name] ?? {};
  return optionNames.filter((option) => !METHODS.gorp.optionNames.includes(option));
}
