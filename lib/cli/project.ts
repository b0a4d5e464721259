/** The project's own folder, and Deno run in it. @module */
import { fileURLToPath } from "node:url";

/** The folder that holds deno.json, with a separator at its end. */
export const projectFolder: string = fileURLToPath(new URL("../../", import.meta.url));

/** How a Deno process ended. */
export interface DenoOutcome {
  readonly code: number;
  /** What it wrote to stdout and, where that was not shown, to stderr. */
  readonly output: string;
}

/**
 * Runs Deno in the project's folder.
 *
 * @param words its arguments
 * @param options.show pass on what it writes while it runs; its stdout is returned all the same
 */
export async function runDeno(
  words: readonly string[],
  options: { readonly show?: boolean; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<DenoOutcome> {
  const show = options.show ?? false;
  const colour = show && Deno.stdout.isTerminal() && !Deno.noColor;
  const child = new Deno.Command(Deno.execPath(), {
    args: [...words],
    cwd: projectFolder,
    env: { ...(colour ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" }), ...options.env },
    stdout: "piped",
    stderr: show ? "inherit" : "piped",
  }).spawn();
  const parts: string[] = [];
  const collect = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      parts.push(text);
      if (show) Deno.stdout.writeSync(new TextEncoder().encode(text));
    }
  };
  await Promise.all([collect(child.stdout), ...(show ? [] : [collect(child.stderr)])]);
  return { code: (await child.status).code, output: parts.join("") };
}
