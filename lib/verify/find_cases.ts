/** Folders of golden cases. @module */

/** Levels of folders under the one given: kinds, cases. */
const DEEPEST = 2;

/**
 * The folders of all cases in a folder: a case itself, the cases of one kind, or kinds with their cases. Where one
 * folder is a case, those beside it are taken for cases too, so that one whose `case.json` is missing is not
 * passed over.
 *
 * @returns sorted by path
 * @throws {Deno.errors.NotFound} when the folder is missing or holds no case
 */
export function findCases(folder: string): string[] {
  const path = folder.length > 1 ? folder.replace(/\/+$/, "") : folder;
  let isDirectory = false;
  try {
    ({ isDirectory } = Deno.statSync(path));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  if (!isDirectory) {
    throw new Deno.errors.NotFound(`Cannot read golden cases from ${folder}: there is no such folder.`);
  }
  const found = hasCase(path) ? [path] : casesBelow(path, DEEPEST);
  if (found.length === 0) {
    throw new Deno.errors.NotFound(
      `Cannot read golden cases from ${folder}: neither it nor a folder in it holds a case.json.`,
    );
  }
  return found;
}

function casesBelow(path: string, depth: number): string[] {
  const folders = [...Deno.readDirSync(path)]
    .filter(({ isFile }) => !isFile)
    .map(({ name }) => `${path}/${name}`)
    .filter((inner) => Deno.statSync(inner).isDirectory)
    .sort();
  if (folders.some(hasCase)) return folders;
  return depth === 1 ? [] : folders.flatMap((inner) => casesBelow(inner, depth - 1));
}

function hasCase(path: string): boolean {
  try {
    return !Deno.statSync(`${path}/case.json`).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}
