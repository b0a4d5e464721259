/** `./gorp notebooks`. @module */
import { basename, join, relative, resolve } from "node:path";
import { type CellProblem, problemText } from "../notebook/cell_problem.ts";
import {
  isCode,
  type Notebook,
  notebookText,
  readNotebook,
  writeNotebook,
} from "../notebook/notebook_file.ts";
import { checkNotebooks } from "../notebook/check_notebooks.ts";
import { setParameters } from "../notebook/parameters.ts";
import { runNotebook } from "../notebook/run_notebook.ts";
import { storedOutputProblems, stripNotebook } from "../notebook/strip_outputs.ts";
import type { Command, Invocation } from "./command.ts";
import { duration } from "./duration.ts";
import { ProgressLine } from "./progress_line.ts";
import { projectFolder } from "./project.ts";
import { tallyLine } from "./tally.ts";
import { UsageError } from "./usage_error.ts";

/** Runs notebooks in a process each, checks their types and stores what they show. */
export const notebooksCommand: Command = {
  name: "notebooks",
  summary: "runs the notebooks without Jupyter and stores their outputs",
  operands: "[FILE…]",
  description:
    "Checks the types of all cells, runs them in order and writes their outputs, pictures and text,\n" +
    "back into the notebooks. A notebook in which anything fails stays as it was. Without files: all\n" +
    "of notebooks/. --set changes constants in the cell that is tagged parameters.",
  options: ["check", "strip", "set", "time-limit"],
  examples: [
    { line: "./gorp notebooks", remark: "all of them" },
    { line: "./gorp notebooks --check", remark: "change nothing; fail on errors and on unstripped outputs" },
    { line: "./gorp notebooks notebooks/06_ablations.ipynb --set seeds=1", remark: "one, another way" },
    { line: "./gorp notebooks --strip", remark: "after work in JupyterLab, before a commit" },
  ],
  interruptible: true,
  async run(invocation) {
    const paths = invocation.operands.length > 0
      ? invocation.operands.map((path) => resolve(path))
      : await allNotebooks();
    const { options } = invocation;
    const stored = await Promise.all(paths.map(readNotebook));
    const asked = stored.map((notebook) => setParameters(notebook, options.strip ? {} : options.set));
    if (!options.strip && paths.length > 1) console.error(`Checking the types of ${paths.length} notebooks.`);
    const typeProblems = options.strip
      ? []
      : await checkNotebooks(paths.map((path, i) => ({ path, notebook: asked[i] })));
    let [passed, failed] = [0, 0];
    for (const [i, path] of paths.entries()) {
      const started = performance.now();
      const problems = await treat(
        path,
        { stored: stored[i], asked: asked[i], typeProblems: typeProblems[i] ?? [] },
        invocation,
      );
      const seconds = duration((performance.now() - started) / 1000);
      const name = relative(Deno.cwd(), path);
      console.log(`${problems.length === 0 ? "ok    " : "FAILED"}  ${name} (${seconds})`);
      for (const problem of problems) console.log(`        ${problem.replaceAll("\n", "\n        ")}`);
      if (problems.length === 0) passed++;
      else failed++;
    }
    console.log(tallyLine({ passed, failed }));
    return failed > 0 ? 1 : 0;
  },
};

/** A notebook as its file holds it, and with the parameters that are asked for, whose types were checked. */
interface CheckedNotebook {
  readonly stored: Notebook;
  readonly asked: Notebook;
  readonly typeProblems: readonly CellProblem[];
}

/** Does with one notebook what is asked for; returns what is wrong with it. */
async function treat(
  path: string,
  { stored, asked, typeProblems }: CheckedNotebook,
  { options, signal }: Invocation,
): Promise<string[]> {
  if (options.strip) {
    if (options.check) return storedOutputProblems(stored, projectFolder).map(problemText);
    return writeIfChanged(path, stripNotebook(stored, projectFolder));
  }
  const { notebook, problems } = typeProblems.length > 0
    ? { notebook: stored, problems: typeProblems }
    : await run(path, asked, { options, signal });
  const found = options.check ? [...problems, ...storedOutputProblems(stored, projectFolder)] : problems;
  if (found.length > 0 || options.check) return found.map(problemText);
  return writeIfChanged(path, stripNotebook(notebook, projectFolder));
}

async function run(
  path: string,
  notebook: Notebook,
  { options, signal }: Pick<Invocation, "options" | "signal">,
) {
  const cells = notebook.cells.filter(isCode).length;
  using line = new ProgressLine(cells);
  const result = await runNotebook(path, notebook, {
    timeLimit: options["time-limit"],
    checkTypes: false,
    signal,
    onCell: (cell) => line.update(cell - 1, `${basename(path)}, cell ${cell} of ${cells}`),
  });
  line.clear();
  return result;
}

async function writeIfChanged(path: string, notebook: Notebook): Promise<string[]> {
  if (await Deno.readTextFile(path) !== notebookText(notebook)) writeNotebook(path, notebook);
  return storedOutputProblems(notebook, projectFolder).map(problemText);
}

async function allNotebooks(): Promise<string[]> {
  const folder = join(projectFolder, "notebooks");
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) if (/^[^.].*\.ipynb$/.test(name)) names.push(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  if (names.length === 0) throw new UsageError(`There are no notebooks in ${folder}; name some.`);
  return names.sort().map((name) => join(folder, name));
}
