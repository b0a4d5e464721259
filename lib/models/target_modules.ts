/** Choosing modules by name. @module */
import { InputError } from "../errors/input_error.ts";
import type { Shape } from "../tensor/shape.ts";
import type { PackedWeight } from "./layout.ts";
import { nearestNamesText } from "./nearest_names.ts";

/** The shapes `[out, in]` of all stored matrices of a model, by their names without `.weight`. */
export function moduleShapes(layout: readonly PackedWeight[]): Map<string, Shape> {
  const matrices = layout.filter(({ shape }) => shape.length === 2);
  return new Map(
    matrices.flatMap(({ shape, parts }) =>
      parts.map(({ name, rows }) => [name.replace(/\.weight$/, ""), [rows, shape[1]]] as const)
    ),
  );
}

/**
 * The modules whose whole name matches a regular expression.
 *
 * @throws {InputError} when it is no regular expression
 * @throws {InputError} when it matches no module, naming those most like it
 */
export function targetModules(layout: readonly PackedWeight[], pattern: string): ReadonlySet<string> {
  const expression = wholeName(pattern);
  const names = [...moduleShapes(layout).keys()];
  const found = names.filter((name) => expression.test(name));
  if (found.length === 0) {
    throw new InputError(
      `The pattern "${pattern}" matches none of the ${names.length} modules; ` +
        `the nearest are ${nearestNamesText(names, pattern)}.`,
    );
  }
  return new Set(found);
}

/**
 * A regular expression that must match a whole name. Python's way of writing named groups and the ends of a text
 * is understood.
 *
 * @throws {InputError} naming the pattern and what is wrong with it
 */
export function wholeName(pattern: string): RegExp {
  const source = pattern
    .replaceAll("(?P<", "(?<")
    .replace(/\(\?P=(\w+)\)/g, String.raw`\k<$1>`)
    .replaceAll(String.raw`\A`, "^")
    .replaceAll(String.raw`\Z`, "$");
  try {
    return new RegExp(`^(?:${source})$`);
  } catch (error) {
    const reason = (error as Error).message.split(": ").at(-1);
    throw new InputError(`"${pattern}" is not a regular expression for module names: ${reason}.`);
  }
}
