/** Notebooks without a kernel. @module */
import { runCells } from "./cell_process.ts";
import type { CellProblem } from "./cell_problem.ts";
import { checkCells } from "./check_cells.ts";
import { writeModule } from "./module_file.ts";
import { type CodeCell, isCode, type Notebook } from "./notebook_file.ts";
import type { Output } from "./recording_sink.ts";

/** How a notebook is run. */
export interface RunNotebookOptions {
  /** Seconds that a cell may take (300). */
  readonly timeLimit?: number;
  /** Ends the run when aborted. */
  readonly signal?: AbortSignal;
  /** Whether types are checked first; default yes. See {@linkcode checkNotebooks} for many at once. */
  readonly checkTypes?: boolean;
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
  const { timeLimit = 300, signal, checkTypes = true, onCell = () => {} } = options;
  const cells = notebook.cells.filter(isCode);
  await using file = await writeModule(path, notebook);
  const { module } = file;
  if (module.problems.length > 0) return { notebook, problems: module.problems };
  if (checkTypes) {
    const [typeProblems] = await checkCells([file], file.configuration);
    if (typeProblems.length > 0) return { notebook, problems: typeProblems };
  }
  signal?.throwIfAborted();
  const { outputs, problem } = await runCells(file.path, module, {
    words: file.configuration,
    timeLimit,
    signal,
    onCell: (cell) => onCell(cell, cells.length),
  });
  signal?.throwIfAborted();
  if (problem !== undefined) return { notebook, problems: [problem] };
  return { notebook: withOutputs(notebook, outputs), problems: [] };
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
