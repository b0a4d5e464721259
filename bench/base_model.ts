/** The base model of a benchmark. */
import { EMBEDDED_MODEL } from "../lib/continual/embedded_experiment.ts";

/** The folder after `--model` on the command line, or the shipped model. */
export function baseModel(): string {
  const at = Deno.args.indexOf("--model");
  return at < 0 ? EMBEDDED_MODEL : Deno.args[at + 1];
}
