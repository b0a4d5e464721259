/** Modules of a model that are trained alike. @module */
import { columnsOf } from "../tensor/shape.ts";
import type { PackedWeight } from "./layout.ts";

/** A stored matrix and its place in the packed weight that holds it. */
export interface PlacedModule {
  /** Its name in Hugging Face files, without `.weight`. */
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** The packed weight, and the first row there. */
  readonly key: string;
  readonly row: number;
}

/** Modules of equal shape. */
export interface ModuleSet {
  readonly modules: readonly PlacedModule[];
  readonly rows: number;
  readonly columns: number;
}

/** The modules of a packed weight. */
export function modulesOf({ key, shape, parts }: PackedWeight): PlacedModule[] {
  const columns = columnsOf(shape);
  return parts.map(({ name, row, rows }) => ({
    name: name.replace(/\.weight$/, ""),
    rows,
    columns,
    key,
    row,
  }));
}

/**
 * The named modules in sets of equal shape and in the model's order, as many in a set as have `most` elements together;
 * a larger one is a set of its own.
 */
export function moduleSets(
  layout: readonly PackedWeight[],
  names: ReadonlySet<string>,
  most: number,
): ModuleSet[] {
  const chosen = layout.filter(({ shape }) => shape.length === 2).flatMap(modulesOf)
    .filter(({ name }) => names.has(name));
  const alike = Map.groupBy(chosen, ({ rows, columns }) => `${rows}×${columns}`);
  return [...alike.values()].flatMap((modules) => {
    const { rows, columns } = modules[0];
    const count = Math.max(1, Math.floor(most / (rows * columns)));
    return Array.from({ length: Math.ceil(modules.length / count) }, (_, i) => (
      { modules: modules.slice(i * count, (i + 1) * count), rows, columns }
    ));
  });
}
