/** Where a run lies, also while a new one is to take its place. @module */
import { writeError } from "../files/atomic_file.ts";

/** Endings of folders beside a run's own: of the run that shall replace it, and of the one that is replaced. */
const FRESH = ".fresh";
const OLD = ".old";

/** Whether a folder belongs to a replacement that is not finished. */
export function isUnsettled(folder: string): boolean {
  return folder.endsWith(FRESH) || folder.endsWith(OLD);
}

/** The folder of a run. A fresh run is written beside it, and takes its place when it has come to its end. */
export class RunFolder {
  /** Where a run is written that shall replace the one that is there. */
  readonly fresh: string;
  readonly #folder: string;
  readonly #old: string;

  /** @param folder such as `runs/<runId>` */
  constructor(folder: string) {
    this.#folder = folder;
    this.fresh = folder + FRESH;
    this.#old = folder + OLD;
  }

  /** The run's own folder, with the old run in it again where its replacement was cut off between two renames. */
  get settled(): string {
    if (!exists(this.#folder) && exists(this.#old)) rename(this.#old, this.#folder);
    return this.#folder;
  }

  /** Puts the fresh run in the place of the old one, which goes. */
  settleFresh(): void {
    const folder = this.settled;
    remove(this.#old);
    if (exists(folder)) rename(folder, this.#old);
    rename(this.fresh, folder);
    remove(this.#old);
  }
}

function rename(from: string, to: string): void {
  try {
    Deno.renameSync(from, to);
  } catch (error) {
    throw writeError(to, error);
  }
}

function remove(folder: string): void {
  if (exists(folder)) Deno.removeSync(folder, { recursive: true });
}

function exists(folder: string): boolean {
  try {
    Deno.statSync(folder);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}
