/** The cells of a notebook as a module in a file beside it, for a time. @module */
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { joinCells } from "./cell_module.ts";
import type { ModuleFile } from "./check_cells.ts";
import { isCode, type Notebook, plainText } from "./notebook_file.ts";

/** A module beside its notebook; disposing removes the file. */
export interface NotebookModule extends ModuleFile, AsyncDisposable {
  /** Arguments for Deno that name the configuration. */
  readonly configuration: readonly string[];
}

/** Writes the cells of a notebook into a module beside it. Where they cannot be joined there is no file. */
export async function writeModule(path: string, notebook: Notebook): Promise<NotebookModule> {
  const module = joinCells(
    notebook.cells.filter(isCode).map(({ source }) => plainText(source)),
    new URL("cell_events.ts", import.meta.url).href,
  );
  const folder = dirname(resolve(path));
  const file = join(folder, `.${basename(path, ".ipynb")}.${Deno.pid}.cells.ts`);
  const isWritten = module.problems.length === 0;
  if (isWritten) await Deno.writeTextFile(file, module.text);
  return {
    path: file,
    module,
    configuration: await hasConfiguration(folder) ? [] : ["--config", kitConfiguration],
    async [Symbol.asyncDispose]() {
      if (isWritten) await Deno.remove(file);
    },
  };
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
