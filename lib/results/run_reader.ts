/** Finding and opening recorded runs. @module */
import { Run } from "./run.ts";
import { isUnsettled } from "./run_folder.ts";
import { filePath, streamPath } from "./table_reader.ts";

export { Run } from "./run.ts";

/**
 * Opens the run in a folder. Of a run that did not end, the complete batches of its streams are read and
 * {@linkcode Run.incomplete} says what may be missing.
 *
 * @param folder such as `runs/<runId>`
 * @throws {Error} one sentence when the folder holds no run or a damaged one
 *
 * @example The losses of a run
 * ```ts ignore
 * import { openRun } from "gorp";
 * const run = openRun("runs/0123456789ab");
 * if (run.incomplete !== null) console.log(run.incomplete);
 * console.log(run.metrics("loss").map((row) => row.value));
 * ```
 */
export function openRun(folder: string): Run {
  return new Run(folder);
}

/**
 * Opens all runs in the folders of `folder`, oldest first; or the one in `folder` itself, if it holds one.
 *
 * @throws {Error} one sentence when there is no such folder or a run in it is damaged
 */
export function listRuns(folder: string): Run[] {
  if (holdsRun(folder)) return [openRun(folder)];
  const runs = folders(folder).filter((each) => !isUnsettled(each) && holdsRun(each)).map(openRun);
  return runs.sort((a, b) =>
    a.record.started.getTime() - b.record.started.getTime() || (a.record.runId < b.record.runId ? -1 : 1)
  );
}

function folders(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].filter((entry) => entry.isDirectory).map(({ name }) =>
      `${folder}/${name}`
    );
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound
      ? "there is no such folder"
      : (cause as Error).message;
    throw new Error(`Cannot list the runs in ${folder}: ${reason}.`, { cause });
  }
}

function holdsRun(folder: string): boolean {
  return isThere(filePath(folder, "runs")) || isThere(streamPath(folder, "runs"));
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}
