/** Summaries for programs: what `--json` asks for. @module */
import { writeError, writeFileAtomically } from "../files/atomic_file.ts";

/**
 * Writes a summary as JSON, if a file for it was named. Pipes and devices such as `/dev/stdout` are written to,
 * not replaced.
 *
 * @throws {Error} one sentence when the file cannot be written
 */
export function writeSummary(path: string | undefined, summary: unknown): void {
  if (path === undefined) return;
  const text = JSON.stringify(summary, null, 2) + "\n";
  if (!isPipeOrDevice(path)) return writeFileAtomically(path, text);
  try {
    Deno.writeTextFileSync(path, text);
  } catch (error) {
    throw writeError(path, error);
  }
}

function isPipeOrDevice(path: string): boolean {
  try {
    const { isFile, isDirectory } = Deno.statSync(path);
    return !isFile && !isDirectory;
  } catch {
    return false;
  }
}
