/** Checking the types of several notebooks at once. @module */
import type { CellProblem } from "./cell_problem.ts";
import { checkCells } from "./check_cells.ts";
import { type NotebookModule, writeModule } from "./module_file.ts";
import type { Notebook } from "./notebook_file.ts";

/**
 * Checks the syntax and the types of notebooks, without running them. For that time a module with all cells stands
 * beside each.
 *
 * @param notebooks what stands in each file, perhaps with other parameters
 * @returns what is wrong with each, in their order; nothing where all is well
 *
 * @example A misspelt name
 * ```ts
 * import { notebook } from "gorp";
 * const cell = { cell_type: "code" as const, source: "Math.ma(1, 2)", metadata: {}, outputs: [], execution_count: null };
 * const file = { cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 };
 * const path = `${await Deno.makeTempDir()}/misspelt.ipynb`;
 * const [[problem]] = await notebook.checkNotebooks([{ path, notebook: file }]);
 * console.log(problem.cell, problem.line, problem.message);
 * ```
 */
export async function checkNotebooks(
  notebooks: readonly { readonly path: string; readonly notebook: Notebook }[],
): Promise<(readonly CellProblem[])[]> {
  await using files = new AsyncDisposableStack();
  const written: NotebookModule[] = [];
  for (const { path, notebook } of notebooks) written.push(files.use(await writeModule(path, notebook)));
  const problems = new Map<NotebookModule, readonly CellProblem[]>(
    written.map((file) => [file, file.module.problems]),
  );
  const joined = written.filter(({ module }) => module.problems.length === 0);
  for (const group of Map.groupBy(joined, ({ configuration }) => configuration.join(" ")).values()) {
    const found = await checkCells(group, group[0].configuration);
    group.forEach((file, i) => problems.set(file, found[i]));
  }
  return written.map((file) => problems.get(file)!);
}
