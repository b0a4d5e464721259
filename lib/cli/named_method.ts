/** Methods by the names that one types. @module */
import { METHODS, type NamedMethod } from "../continual/methods/methods.ts";
import { suggestion } from "./nearest.ts";
import { UsageError } from "./usage_error.ts";

/** @throws {UsageError} for a name that no method has, naming what is near */
export function namedMethod(name: string): NamedMethod {
  if (Object.hasOwn(METHODS, name)) return METHODS[name];
  throw new UsageError(`There is no method "${name}": ${suggestion(name, Object.keys(METHODS))}`);
}

/** All methods for a help text, a line each: what it does, and the options that no other has. */
export function methodList(): string {
  const shared = new Set(METHODS.gorp.optionNames);
  return Object.entries(METHODS).map(([name, { summary, optionNames }]) => {
    const own = optionNames.filter((option) => !shared.has(option));
    return `  ${name.padEnd(8)}  ${summary}${own.length > 0 ? ` (${own.join(", ")})` : ""}`;
  }).join("\n");
}
