/** The documentation of the kit, in a notebook. @module */
import { InputError } from "../errors/input_error.ts";
import { fileURLToPath } from "node:url";
import { currentSink } from "./sink.ts";

/**
 * Prints what the documentation says of a function, class or type of the kit: Deno's kernel answers no Shift-Tab.
 *
 * @param topic its name, such as `"liveRun"` or `"Gpu.scope"`, or the function or class itself
 * @throws {InputError} if the kit exports nothing of this name
 *
 * @example
 * ```ts
 * import { notebook, show } from "gorp";
 * await notebook.help(show);
 * await notebook.help("Random.normal");
 * ```
 */
export async function help(topic: string | { readonly name: string }): Promise<void> {
  const name = typeof topic === "string" ? topic : topic.name;
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--quiet", "--filter", name, fileURLToPath(new URL("../../mod.ts", import.meta.url))],
    env: { NO_COLOR: "1" },
  }).output();
  if (!success) throw new InputError(`There is no help for "${name}": the kit exports nothing of this name.`);
  const sink = currentSink();
  sink.write(withoutPlaces(new TextDecoder().decode(stdout)));
  await sink.settle();
}

/** Leaves out what stands before the first declaration, and where declarations stand. */
function withoutPlaces(text: string): string {
  const start = text.indexOf("\nDefined in ");
  return text.slice(Math.max(0, start)).replaceAll(/^Defined in .*\n+/gm, "").trim() + "\n";
}
