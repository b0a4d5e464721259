/** Summaries for programs. @module */

/**
 * Writes a value as JSON: beside the file first, then put in its place, so that a reader never sees half of it.
 *
 * @throws {Deno.errors.NotFound} when the folder does not exist
 */
export async function writeJson(path: string, value: unknown): Promise<void> {
  const draft = `${path}.${Deno.pid}.tmp`;
  try {
    await Deno.writeTextFile(draft, JSON.stringify(value, null, 2) + "\n");
    await Deno.rename(draft, path);
  } catch (error) {
    await Deno.remove(draft).catch(() => {});
    throw error;
  }
}
