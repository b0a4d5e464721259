/** Type checks of the module of a notebook's cells. @module */
import type { CellLine, CellModule } from "./cell_module.ts";
import type { CellProblem } from "./cell_problem.ts";

/**
 * Checks the types of a module that stands in a file.
 *
 * @param path of the file
 * @param module what stands in it
 * @param words further arguments for Deno, such as a configuration
 * @returns what is wrong, by cell and line
 */
export async function checkCells(
  path: string,
  module: CellModule,
  words: readonly string[],
): Promise<CellProblem[]> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", ...words, path],
    env: { NO_COLOR: "1" },
    stdout: "null",
    stderr: "piped",
  }).output();
  return success ? [] : typeProblems(new TextDecoder().decode(stderr), path, module.lines);
}

/** Reads the complaints of `deno check`; those about other files count for the notebook as a whole. */
export function typeProblems(
  text: string,
  path: string,
  lines: readonly (CellLine | undefined)[],
): CellProblem[] {
  const complaint =
    /^(?:error: (?:TS\d+ \[ERROR\]: )?|TS\d+ \[ERROR\]: )(.+)\n(?:.*\n)*? +at (file:\/\/.*):(\d+):\d+$/gm;
  const problems = [...text.matchAll(complaint)].map(([, message, url, line]) => {
    const from = isFile(url, path) ? lines[Number(line) - 1] : undefined;
    return {
      cell: from?.cell ?? 0,
      line: from?.line ?? 0,
      message: from ? message : `${message} (${url}:${line})`,
    };
  });
  return problems.length > 0 ? problems : [{ cell: 0, line: 0, message: text.trim() }];
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
