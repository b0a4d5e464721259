/** Type checks of the module of a notebook's cells. @module */
import type { CellLine, CellModule } from "./cell_module.ts";
import type { CellProblem } from "./cell_problem.ts";

/** A module of cells in a file of its own. */
export interface ModuleFile {
  readonly path: string;
  readonly module: CellModule;
}

/**
 * Checks the types of modules that stand in files, all at once: what they have in common is checked once.
 *
 * @param words further arguments for Deno, such as a configuration
 * @returns for each file what is wrong, by cell and line
 */
export async function checkCells(
  files: readonly ModuleFile[],
  words: readonly string[],
): Promise<CellProblem[][]> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", ...words, ...files.map(({ path }) => path)],
    env: { NO_COLOR: "1" },
    stdout: "null",
    stderr: "piped",
  }).output();
  return success ? files.map(() => []) : typeProblems(new TextDecoder().decode(stderr), files);
}

/** Reads the complaints of `deno check`; those about files that are none of these count for every notebook as a whole. */
export function typeProblems(text: string, files: readonly ModuleFile[]): CellProblem[][] {
  const complaint =
    /^(?:error: (?:TS\d+ \[ERROR\]: )?|TS\d+ \[ERROR\]: )(.+)\n(?:.*\n)*? +at (file:\/\/.*):(\d+):\d+$/gm;
  const complaints = [...text.matchAll(complaint)].map(([, message, url, line]) => ({ message, url, line }));
  const isElsewhere = (url: string) => !files.some(({ path }) => isFile(url, path));
  return files.map(({ path, module: { lines } }) => {
    const problems = complaints.flatMap(({ message, url, line }): CellProblem[] => {
      if (isElsewhere(url)) return [{ cell: 0, line: 0, message: `${message} (${url}:${line})` }];
      if (!isFile(url, path)) return [];
      const from = lines[Number(line) - 1];
      return [{ cell: from?.cell ?? 0, line: from?.line ?? 0, message }];
    });
    return complaints.length > 0 ? problems : [{ cell: 0, line: 0, message: text.trim() }];
  });
}

/**
 * Puts the places of cells in place of those of the module, in the stack of an error.
 *
 * @param cell the one that failed
 * @returns the stack, and the innermost line of that cell in it (0 if there is none)
 */
export function cellStack(
  stack: string,
  path: string,
  { lines, cell }: { readonly lines: readonly (CellLine | undefined)[]; readonly cell: number },
): { readonly text: string; readonly line: number } {
  let found = 0;
  const text = stack.replaceAll(/file:\/\/[^\s()]+?:(\d+):(\d+)/g, (place, line) => {
    const from = isFile(place.replace(/:\d+:\d+$/, ""), path) ? lines[Number(line) - 1] : undefined;
    if (from?.cell === cell && found === 0) found = from.line;
    return from === undefined ? place : `cell ${from.cell}, line ${from.line}`;
  });
  return { text, line: found };
}

function isFile(url: string, path: string): boolean {
  return decodeURI(url).endsWith(path.replaceAll("\\", "/"));
}
