/** One writer at a time. @module */
import { removeIfThere, writeError } from "../files/atomic_file.ts";

/** Held by the process that writes a run; the system gives it back when the process ends, however it ends. */
export class RunLock implements Disposable {
  readonly #file: Deno.FsFile;
  readonly #path: string;

  /** Takes the run in `folder`. @throws {Error} one sentence when another writer holds the run in `folder` */
  constructor(folder: string) {
    const path = lockPath(folder);
    this.#path = path;
    try {
      this.#file = Deno.openSync(path, { write: true, create: true });
    } catch (error) {
      throw writeError(path, error);
    }
    if (!this.#file.tryLockSync(true)) {
      this.#file.close();
      throw new Deno.errors.Busy(
        `Cannot write the run in ${folder}: another process is writing it; wait until it has ended.`,
      );
    }
  }

  /** Gives the run free. */
  [Symbol.dispose](): void {
    this.#file.close();
    removeIfThere(this.#path);
  }
}

/** Whether a writer holds the run in `folder` at this moment. */
export function isBeingWritten(folder: string): boolean {
  try {
    using file = Deno.openSync(lockPath(folder));
    return !file.tryLockSync(false);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function lockPath(folder: string): string {
  return `${folder}/run.lock`;
}
