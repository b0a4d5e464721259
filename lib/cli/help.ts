/** What `--help` prints. @module */
import type { Command } from "./command.ts";
import type { CommandEntry } from "./commands.ts";
import { OPTION_TABLE, type OptionName } from "./options.ts";

/** The overview of all commands. */
export function overview(entries: readonly CommandEntry[]): string {
  const rows = entries.map(({ name, summary }) => [name, summary] as const);
  return [
    "GORP: continual learning of language models by gradient low-rank projection, on WebGPU.",
    "",
    "Usage: ./gorp COMMAND [options]",
    "",
    ...columns(rows),
    "",
    "./gorp COMMAND --help says more about each, with an example.",
  ].join("\n");
}

/** The help of one command. */
export function commandHelp(command: Command): string {
  const usage = ["./gorp", command.name, command.operands, command.options.length > 0 ? "[options]" : ""];
  const options = command.options.map((name) => [optionForm(name), optionHelp(name)] as const);
  return [
    `Usage: ${usage.filter(Boolean).join(" ")}`,
    "",
    command.description,
    ...(options.length > 0 ? ["", "Options:", ...columns(options)] : []),
    "",
    command.examples.length > 1 ? "Examples:" : "Example:",
    ...columns(command.examples.map(({ line, remark }) => [line, remark] as const)),
  ].join("\n");
}

function optionForm(name: OptionName): string {
  const row = OPTION_TABLE[name];
  return row.kind === "flag" ? `--${name}` : `--${name} ${row.value}`;
}

function optionHelp(name: OptionName): string {
  const row = OPTION_TABLE[name];
  const choices = "choices" in row ? `: ${row.choices.join(", ")}` : "";
  const initial = "initial" in row ? ` (default ${row.initial})` : "";
  return row.help + choices + initial;
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
