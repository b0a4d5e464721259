/** Notebooks without a kernel. @module */
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { joinCells } from "./cell_module.ts";
import { runCells } from "./cell_process.ts";
import type { CellProblem } from "./cell_problem.ts";
import { checkCells } from "./check_cells.ts";
import { type CodeCell, isCode, type Notebook, plainText } from "./notebook_file.ts";
import type { Output } from "./recording_sink.ts";

/** How a notebook is run. */
export interface RunNotebookOptions {
  /** Seconds that a cell may take (300). */
  readonly timeLimit?: number;
  /** Ends the run when aborted. */
  readonly signal?: AbortSignal;
  /** Called when a cell begins; both numbers count code cells. */
  readonly onCell?: (cell: number, cells: number) => void;
}

/** What came of a run. */
export interface NotebookRun {
  /** The notebook with new outputs, as they came; the old ones if something is wrong. */
  readonly notebook: Notebook;
  /** Empty if every cell ran. */
  readonly problems: readonly CellProblem[];
}

/**
 * Runs a notebook in a process of its own, without Jupyter: checks the types of all cells, runs them in order
 * and collects their outputs. For that time a module with all cells stands beside the notebook.
 *
 * The cells see what they would see in a kernel, except that a function of an earlier cell keeps seeing what a
 * later cell declares anew, and that output which appears after its cell has ended belongs to the next.
 *
 * @param path of the notebook; it is not changed
 * @param notebook what stands in it, perhaps with other parameters
 * @throws {DOMException} `AbortError` if the signal is aborted
 */
export async function runNotebook(
  path: string,
  notebook: Notebook,
  options: RunNotebookOptions = {},
): Promise<NotebookRun> {
  const { timeLimit = 300, signal, onCell = () => {} } = options;
  const cells = notebook.cells.filter(isCode);
  const module = joinCells(
    cells.map(({ source }) => plainText(source)),
    new URL("cell_events.ts", import.meta.url).href,
  );
  if (module.problems.length > 0) return { notebook, problems: module.problems };
  const folder = dirname(resolve(path));
  const file = join(folder, `.${basename(path, ".ipynb")}.${Deno.pid}.cells.ts`);
  await Deno.writeTextFile(file, module.text);
  try {
    const configuration = await hasConfiguration(folder) ? [] : ["--config", kitConfiguration];
    const typeProblems = await checkCells(file, module, configuration);
    if (typeProblems.length > 0) return { notebook, problems: typeProblems };
    signal?.throwIfAborted();
    const { outputs, problem } = await runCells(file, module, {
      words: configuration,
      timeLimit,
      signal,
      onCell: (cell) => onCell(cell, cells.length),
    });
    signal?.throwIfAborted();
    if (problem !== undefined) return { notebook, problems: [problem] };
    return { notebook: withOutputs(notebook, outputs), problems: [] };
  } finally {
    await Deno.remove(file);
  }
}

function withOutputs(notebook: Notebook, outputs: ReadonlyMap<number, readonly Output[]>): Notebook {
  let count = 0;
  const cells = notebook.cells.map((cell) => {
    if (!isCode(cell)) return cell;
    const changed: CodeCell = { ...cell, execution_count: null, outputs: outputs.get(++count) ?? [] };
    return changed;
  });
  return { ...notebook, cells };
}

/** The kit's own deno.json, for notebooks that stand outside of any project. */
const kitConfiguration = fileURLToPath(new URL("../../deno.json", import.meta.url));

/** Whether the folder or one above it holds a deno.json, which Deno will find. */
async function hasConfiguration(folder: string): Promise<boolean> {
  for (const name of ["deno.json", "deno.jsonc"]) {
    if (await Deno.stat(join(folder, name)).then(() => true, () => false)) return true;
  }
  const above = dirname(folder);
  return above !== folder && await hasConfiguration(above);
}
