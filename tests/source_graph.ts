/** The imports among the files of `lib/`, as Deno resolves them. @module */
import { fileURLToPath, pathToFileURL } from "node:url";

/** The folder that holds deno.json, with a slash at its end. */
export const projectFolder: string = fileURLToPath(new URL("../", import.meta.url)).replaceAll("\\", "/");

/** For each file, relative to the project's folder, what it imports: files likewise, packages by specifier. */
export type SourceGraph = ReadonlyMap<string, readonly string[]>;

interface ModuleInfo {
  readonly specifier: string;
  readonly error?: string;
  readonly dependencies?: readonly { code?: { specifier?: string }; type?: { specifier?: string } }[];
}

/** All files under `folder` (relative to the project's) with one of the endings, sorted. */
export function filesUnder(folder: string, endings: readonly string[]): string[] {
  const found: string[] = [];
  for (const entry of Deno.readDirSync(projectFolder + folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) found.push(...filesUnder(path, endings));
    else if (endings.some((ending) => entry.name.endsWith(ending))) found.push(path);
  }
  return found.sort();
}

/**
 * Asks `deno info` for the imports of every TypeScript file under `lib/`, types and dynamic imports included.
 *
 * @throws {Error} when a file cannot be parsed
 */
export async function readSourceGraph(): Promise<SourceGraph> {
  const root = pathToFileURL(projectFolder).href;
  const folder = await Deno.makeTempDir();
  try {
    const entry = `${folder}/all.ts`;
    const imports = filesUnder("lib", [".ts"]).map((path) => `import ${JSON.stringify(root + path)};\n`);
    await Deno.writeTextFile(entry, imports.join(""));
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "--no-lock", "--config", `${projectFolder}deno.json`, entry],
    }).output();
    if (!success) throw new Error(`deno info failed: ${new TextDecoder().decode(stderr)}`);
    const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as { modules: ModuleInfo[] };
    const local = modules.filter(({ specifier }) => specifier.startsWith(`${root}lib/`));
    return new Map(local.map((module) => [module.specifier.slice(root.length), importsOf(module, root)]));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

// Deno also lists what only looks like an import, such as a function named `require`: what cannot be resolved
// is left to the type check.
function importsOf(module: ModuleInfo, root: string): string[] {
  if (module.error) throw new Error(`${module.specifier}: ${module.error}`);
  const targets = (module.dependencies ?? []).map(({ code, type }) => code?.specifier ?? type?.specifier);
  return targets
    .filter((target) => target !== undefined)
    .map((target) => target.startsWith(root) ? target.slice(root.length) : target);
}

/** All files that `start` reaches by imports, itself included. */
export function reachable(graph: SourceGraph, start: string): Set<string> {
  const reached = new Set([start]);
  for (const path of reached) for (const next of graph.get(path) ?? []) reached.add(next);
  return reached;
}

/** One cycle of imports as the files on it, the first repeated at the end; null when there is none. */
export function findCycle(graph: SourceGraph): string[] | null {
  const finished = new Set<string>();
  const visit = (path: string, trail: readonly string[]): string[] | null => {
    if (finished.has(path)) return null;
    const at = trail.indexOf(path);
    if (at >= 0) return [...trail.slice(at), path];
    for (const next of graph.get(path) ?? []) {
      const cycle = visit(next, [...trail, path]);
      if (cycle) return cycle;
    }
    finished.add(path);
    return null;
  };
  for (const path of graph.keys()) {
    const cycle = visit(path, []);
    if (cycle) return cycle;
  }
  return null;
}
