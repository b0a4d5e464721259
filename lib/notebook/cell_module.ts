/** All cells of a notebook as one module. @module */
import type { CellProblem } from "./cell_problem.ts";
import { type CellImport, type CellSource, type ImportedName, parseCell } from "./cell_source.ts";

/** A line of a cell; both counted from 1. */
export interface CellLine {
  readonly cell: number;
  readonly line: number;
}

/** The module, and where its lines come from. */
export interface CellModule {
  readonly text: string;
  /** Where each line comes from, the first at index 0; undefined for lines in between. */
  readonly lines: readonly (CellLine | undefined)[];
  /** Why there is no module, if there is none. */
  readonly problems: readonly CellProblem[];
}

/**
 * Joins the cells of a notebook into one module that behaves like the cells in a kernel, one after the other:
 * imports stand at its top, `await` works anywhere, a name declared again in a later cell shadows the earlier
 * one from there on. Around the cells stand calls of `$cell.begin` and `$cell.end`; the value of a last
 * expression goes to `$cell.value`.
 *
 * @param codes the code of each cell
 * @param runtime the module to import `$cell` from
 */
export function joinCells(codes: readonly string[], runtime: string): CellModule {
  const problems: CellProblem[] = [];
  const cells = codes.map((code, index) => tryParse(code, index + 1, problems));
  const text: string[] = [`import * as $cell from ${JSON.stringify(runtime)};`];
  const lines: (CellLine | undefined)[] = [undefined];
  const add = (line: string, from?: CellLine) => {
    text.push(line);
    lines.push(from);
  };
  const imported = new Map<string, string>();
  const earlier = new Set<string>();
  cells.forEach(({ imports, declared }, index) => {
    for (const declaration of imports) {
      const from = { cell: index + 1, line: declaration.line };
      const complain = (name: string) =>
        problems.push({ ...from, message: `"${name}" means something else in an earlier cell.` });
      declaration.names.filter(({ local }) => earlier.has(local)).forEach(({ local }) => complain(local));
      add(hoisted(declaration, imported, complain), from);
    }
    for (const name of declared) earlier.add(name);
  });
  let depth = 0;
  let taken = new Set(imported.keys());
  cells.forEach((cell, index) => {
    if (cell.declared.some((name) => taken.has(name))) {
      taken = new Set();
      depth++;
      add("{");
    }
    for (const name of cell.declared) taken.add(name);
    add(`$cell.begin(${index + 1});`);
    cell.body.split("\n").forEach((line, at) => add(line, { cell: index + 1, line: at + 1 }));
    add(`;await $cell.end();`);
  });
  add("}".repeat(depth));
  return { text: text.join("\n") + "\n", lines, problems };
}

function tryParse(code: string, cell: number, problems: CellProblem[]): CellSource {
  try {
    return parseCell(code);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const line = (error as { loc?: { line?: number } }).loc?.line ?? 0;
    problems.push({ cell, line, message: error.message.replace(/ \(\d+:\d+\)$/, "") });
    return { body: "", imports: [], declared: [] };
  }
}

/** An import declaration for the top of the module, without the names that stand there already. */
function hoisted(
  { names, source }: CellImport,
  before: Map<string, string>,
  complain: (name: string) => void,
): string {
  const fresh = names.filter(({ local, imported, typeOnly }) => {
    const key = `${imported} ${typeOnly} ${source}`;
    const known = before.get(local);
    if (known !== undefined && known !== key) complain(local);
    before.set(local, key);
    return known === undefined;
  });
  if (names.length > 0 && fresh.length === 0) return "";
  return fresh.length === 0 ? `import ${source};` : fresh.map((name) => importOf(name, source)).join(" ");
}

function importOf({ local, imported, typeOnly }: ImportedName, source: string): string {
  const what = imported === "*" ? `* as ${local}` : `{ ${JSON.stringify(imported)} as ${local} }`;
  return `import ${typeOnly ? "type " : ""}${what} from ${source};`;
}
