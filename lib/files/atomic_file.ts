/** Files that are there entirely or not at all. @module */

/**
 * Writes a file beside its place, brings it to the disk and renames it, so that a reader sees the old contents
 * or the new and a crash leaves the old.
 *
 * @throws {Error} one sentence, with the system's error as its cause, when the file cannot be written
 */
export function writeFileAtomically(path: string, contents: Uint8Array | string): void {
  const beside = `${path}.${Deno.pid}.tmp`;
  try {
    using file = Deno.openSync(beside, { write: true, create: true, truncate: true });
    writeFully(file, typeof contents === "string" ? new TextEncoder().encode(contents) : contents);
    file.syncDataSync();
  } catch (error) {
    removeIfThere(beside);
    throw writeError(path, error);
  }
  try {
    Deno.renameSync(beside, path);
  } catch (error) {
    removeIfThere(beside);
    throw writeError(path, error);
  }
}

/** Writes all bytes at the position of an open file. */
export function writeFully(file: Deno.FsFile, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) written += file.writeSync(bytes.subarray(written));
}

/** Removes a file; does nothing where there is none. */
export function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return;
    throw error;
  }
}

/** One sentence for a failed write, in words where the reason is a common one. */
export function writeError(path: string, cause: unknown): Error {
  const { code, message } = cause as { code?: string; message: string };
  const reason = REASONS[code ?? ""] ?? message;
  return new Error(`Cannot write ${path}: ${reason}. What was complete before is kept.`, { cause });
}

const REASONS: Record<string, string> = {
  ENOSPC: "no space is left on the disk",
  EFBIG: "the file has grown to its limit",
  EDQUOT: "the disk quota is used up",
  EACCES: "writing is not permitted there",
  EPERM: "writing is not permitted there",
  EROFS: "the disk is read-only",
  ENOENT: "the folder does not exist",
  ENOTDIR: "a part of the path is a file, not a folder",
  EISDIR: "a folder of this name is in the way",
};
