/** The command line: finds the command, takes its arguments apart, runs it. @module */
import type { Command } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { errorSentence, exitCode, INTERRUPTED, isMistake } from "./exit_code.ts";
import { commandHelp, overview } from "./help.ts";
import { suggestion } from "./nearest.ts";
import { parseArguments } from "./parse_arguments.ts";
import { UsageError } from "./usage_error.ts";

const TRACE = "GORP_DEBUG=1 shows where this happened.";
const REPORT =
  "This is a mistake in the kit, not in what you gave it; please report it with what the same command " +
  "prints after GORP_DEBUG=1, and with the output of ./gorp doctor.";

/** Runs one command line, printing errors as one sentence, and returns the exit code. */
export async function main(words: readonly string[]): Promise<number> {
  try {
    return await run(words);
  } catch (error) {
    console.error(`gorp: ${errorSentence(error)}`);
    if (Deno.env.get("GORP_DEBUG")) console.error(error);
    else if (exitCode(error) === 1) console.error(`gorp: ${isMistake(error) ? REPORT : TRACE}`);
    return exitCode(error);
  }
}

async function run(words: readonly string[]): Promise<number> {
  const [first, ...rest] = words[0] === "help" ? [...words.slice(1), "--help"] : words;
  if (first === undefined || first === "--help" || first === "-h") {
    console.log(overview(COMMANDS));
    return 0;
  }
  const command = await findCommand(first);
  const end = rest.indexOf("--");
  if (rest.slice(0, end < 0 ? rest.length : end).some((word) => word === "--help" || word === "-h")) {
    console.log(commandHelp(command));
    return 0;
  }
  const { options, operands } = parseArguments(rest, command.options);
  if (!command.operands && operands.length > 0) {
    throw new UsageError(`./gorp ${command.name} takes options only, but got "${operands[0]}".`);
  }
  const signal = command.interruptible ? interruptSignal() : new AbortController().signal;
  return await command.run({ options, operands, signal }) ?? 0;
}

async function findCommand(name: string): Promise<Command> {
  const entry = COMMANDS.find((candidate) => candidate.name === name);
  if (entry) return await entry.load();
  const names = COMMANDS.map((candidate) => candidate.name);
  throw new UsageError(`There is no command "${name}"; ${suggestion(name, names)}`);
}

/** Aborted by the first Ctrl-C, or when the system asks the program to end; a second one ends it at once. */
function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) Deno.exit(INTERRUPTED);
    controller.abort(
      new DOMException(
        "Interrupted: what is finished is kept, and the same command continues.",
        "AbortError",
      ),
    );
  };
  Deno.addSignalListener("SIGINT", stop);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", stop);
  return controller.signal;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
