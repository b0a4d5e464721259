/** Choosing modules by name. @module */
import type { PackedWeight } from "./layout.ts";

/** The names of all stored matrices of a model, without `.weight`. */
export function moduleNames(layout: readonly PackedWeight[]): string[] {
  return layout.filter((weight) => weight.shape.length === 2)
    .flatMap((weight) => weight.parts.map((part) => part.name.replace(/\.weight$/, "")));
}

/**
 * The modules whose whole name matches a regular expression.
 *
 * @throws {RangeError} when none does, naming some that exist
 */
export function targetModules(layout: readonly PackedWeight[], pattern: string): ReadonlySet<string> {
  const expression = new RegExp(`^(?:${pattern})$`);
  const names = moduleNames(layout);
  const found = names.filter((name) => expression.test(name));
  if (found.length === 0) {
    const some = names.slice(0, 4).map((name) => `"${name}"`).join(", ");
    throw new RangeError(
      `The pattern "${pattern}" matches none of the ${names.length} modules, such as ${some}.`,
    );
  }
  return new Set(found);
}
