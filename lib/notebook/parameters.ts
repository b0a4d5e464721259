/** Parameters of a notebook: constants in a cell of their own. @module */
import { InputError } from "../errors/input_error.ts";
import { parse } from "@babel/parser";
import { type Cell, isCode, type Notebook, plainText } from "./notebook_file.ts";

/** A value for a parameter. */
export type ParameterValue = string | number | boolean;

/**
 * The notebook with other values in the cell that is tagged `parameters`, as `name = value` there.
 *
 * @param values by name
 * @throws {InputError} if there is no such cell, or no such name in it
 *
 * @example
 * ```ts
 * import { notebook } from "gorp";
 * const cell = {
 *   cell_type: "code" as const,
 *   source: "const seeds = 3;",
 *   metadata: { tags: ["parameters"] },
 *   outputs: [],
 *   execution_count: null,
 * };
 * const file = { cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 };
 * console.log(notebook.setParameters(file, { seeds: 1 }).cells[0].source);
 * ```
 */
export function setParameters(
  notebook: Notebook,
  values: Readonly<Record<string, ParameterValue>>,
): Notebook {
  if (Object.keys(values).length === 0) return notebook;
  const place = notebook.cells.findIndex(isParameterCell);
  if (place < 0) {
    throw new InputError(
      `Setting ${Object.keys(values).join(", ")} needs a code cell with the tag "parameters"; there is none.`,
    );
  }
  const cell = notebook.cells[place];
  const source = withValues(plainText(cell.source), values);
  return { ...notebook, cells: notebook.cells.with(place, { ...cell, source }) };
}

function isParameterCell(cell: Cell): boolean {
  const { tags } = cell.metadata;
  return isCode(cell) && Array.isArray(tags) && tags.includes("parameters");
}

interface Declarator {
  readonly id: { readonly type: string; readonly name?: string };
  readonly init?: { readonly type: string; readonly start: number; readonly end: number } | null;
}

function withValues(code: string, values: Readonly<Record<string, ParameterValue>>): string {
  const tree = parse(code, { sourceType: "module", plugins: ["typescript"] });
  const declarators = (tree.program.body as unknown as { declarations?: readonly Declarator[] }[])
    .flatMap(({ declarations }) => declarations ?? [])
    .filter((declarator) => declarator.init);
  const named = (name: string) => declarators.find(({ id }) => id.name === name);
  const unknown = Object.keys(values).find((name) => named(name) === undefined);
  if (unknown !== undefined) {
    const names = declarators.map(({ id }) => id.name).join(", ");
    throw new InputError(`The notebook has no parameter "${unknown}"; it has ${names || "none"}.`);
  }
  return Object.entries(values)
    .map(([name, value]) => ({ init: named(name)!.init!, value }))
    .sort((a, b) => b.init.start - a.init.start)
    .reduce((text, { init, value }) => {
      const typed = init.type === "StringLiteral" ? String(value) : value;
      return text.slice(0, init.start) + JSON.stringify(typed) + text.slice(init.end);
    }, code);
}
