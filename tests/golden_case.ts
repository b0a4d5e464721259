/**
 * Where golden cases are: those that come with the project, and more where GORP_SHARED says.
 *
 * @module
 */
import { type GoldenCase, readGoldenCase } from "../lib/verify/golden_case.ts";

/** The folder with the cases that come with the project. */
export const SHIPPED = new URL("golden", import.meta.url).pathname;

/** Folders of the golden cases of one kind, sorted, under a folder that holds `<kind>/<case>/case.json`. */
export function caseFolders(root: string, kind: string): string[] {
  return [...Deno.readDirSync(`${root}/${kind}`)]
    .filter((entry) => entry.isDirectory)
    .map((entry) => `${root}/${kind}/${entry.name}`)
    .sort();
}

/**
 * The folder of the shared golden cases, named by the environment variable GORP_SHARED (a folder that holds
 * `oracle/`), or null, said in one line, where it is not set or has no cases of this kind.
 */
export function sharedCases(kind: string): string | null {
  const shared = Deno.env.get("GORP_SHARED");
  if (!shared) {
    console.log(`GORP_SHARED is not set: the shared ${kind} cases are skipped.`);
    return null;
  }
  try {
    Deno.statSync(`${shared}/oracle/${kind}`);
    return `${shared}/oracle`;
  } catch {
    console.log(`GORP_SHARED has no folder oracle/${kind}: its cases are skipped.`);
    return null;
  }
}

/** The cases of one kind that come with the project, and the shared ones where there are any. */
export function* allCases(kind: string): Generator<GoldenCase> {
  for (const root of [SHIPPED, sharedCases(kind)]) {
    if (root) { for (const folder of caseFolders(root, kind)) yield readGoldenCase(folder); }
  }
}
