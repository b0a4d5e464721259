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
    /^(?:error: )?(?:TS\d+ )?(?:\[ERROR\]: )?(.*?)\n(?:.*\n)*? +at (file:\/\/.*):(\d+):\d+$/gm;
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
 * @returns the stack, and the innermost line of a cell in it
 */
export function cellStack(
  stack: string,
  path: string,
  lines: readonly (CellLine | undefined)[],
): { readonly text: string; readonly innermost: CellLine | undefined } {
  let innermost: CellLine | undefined;
  const text = stack.replaceAll(/file:\/\/[^\s()]+?:(\d+):(\d+)/g, (place, line) => {
    const from = isFile(place.replace(/:\d+:\d+$/, ""), path) ? lines[Number(line) - 1] : undefined;
    innermost ??= from;
    return from === undefined ? place : `cell ${from.cell}, line ${from.line}`;
  });
  return { text, innermost };
}

function isFile(url: string, path: string): boolean {
  return decodeURI(url).endsWith(path.replaceAll("\\", "/"));
}
