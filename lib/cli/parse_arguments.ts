/** From words of the command line to options and operands. @module */
import { parseArgs } from "node:util";
import { nearest } from "./nearest.ts";
import { initialValue, OPTION_TABLE, type OptionName, type Options, readValue } from "./options.ts";
import { UsageError } from "./usage_error.ts";

/** The command line of one command, taken apart. */
export interface ParsedArguments {
  readonly options: Options;
  readonly operands: readonly string[];
}

/**
 * Takes a command's arguments apart.
 *
 * @param words what follows the command's name
 * @param accepted the options that the command knows
 * @throws {UsageError} for an unknown option or a value it cannot take, naming what is near
 */
export function parseArguments(words: readonly string[], accepted: readonly OptionName[]): ParsedArguments {
  const names = Object.keys(OPTION_TABLE) as OptionName[];
  const values: Record<string, unknown> = Object.fromEntries(names.map((name) => [name, initialValue(name)]));
  const operands: string[] = [];
  for (const token of tokenize(words, accepted)) {
    if (token.kind === "positional") operands.push(token.value);
    if (token.kind !== "option") continue;
    const name = accepted.find((candidate) => candidate === token.name);
    if (name === undefined) throw unknownOption(token.rawName, token.name, accepted);
    const isFlag = OPTION_TABLE[name].kind === "flag";
    if (isFlag && token.value !== undefined) {
      throw new UsageError(`--${name} takes no value, but got "${token.value}".`);
    }
    if (!isFlag && token.value === undefined) throw new UsageError(`--${name} needs a value.`);
    values[name] = readValue(name, token.value ?? "", values[name]);
  }
  return { options: values as Options, operands };
}

function tokenize(words: readonly string[], accepted: readonly OptionName[]) {
  const options = Object.fromEntries(accepted.map((name) => {
    const type: "boolean" | "string" = OPTION_TABLE[name].kind === "flag" ? "boolean" : "string";
    return [name, { type, multiple: true }];
  }));
  // Not strict: the messages are ours.
  return parseArgs({ args: [...words], options, strict: false, allowPositionals: true, tokens: true }).tokens;
}

function unknownOption(typed: string, name: string, accepted: readonly OptionName[]): UsageError {
  const guess = nearest(name, accepted);
  const known = guess !== null ? `did you mean --${guess}?` : accepted.length > 0
    // deno-fmt-ignore
    ? `the command knows ${accepted.map((option) => `--${option}`).join(", ")}.`
    : "the command has no options.";
  return new UsageError(`There is no option ${typed} here; ${known}`);
}
