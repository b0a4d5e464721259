/** The options that commands share: their names, kinds, help, and how their values are read. @module */
import { suggestion } from "./nearest.ts";
import { UsageError } from "./usage_error.ts";

/** How an option's value is read: a flag has none; a count is an integer from 1; settings are name=value. */
type Kind = "flag" | "text" | "count" | "list" | "settings";

interface OptionRow {
  readonly kind: Kind;
  readonly help: string;
  /** What stands for the value in the help. */
  readonly value?: string;
  readonly initial?: string;
  readonly choices?: readonly string[];
}

/** Every option of every command; the same name means the same everywhere. */
export const OPTION_TABLE = {
  out: { kind: "text", value: "DIR", initial: "runs", help: "folder for the results" },
  seeds: { kind: "count", value: "N", help: "how many seeds" },
  seed: { kind: "count", value: "N", help: "the seed" },
  variants: {
    kind: "list",
    value: "LIST",
    choices: ["B", "B+L", "B+S", "B+L+S"],
    help: "which variants, with commas between",
  },
  variant: {
    kind: "text",
    value: "NAME",
    choices: ["B", "B+L", "B+S", "B+L+S"],
    help: "what of the method is switched on",
  },
  profile: {
    kind: "text",
    value: "NAME",
    choices: ["paper", "released", "aligned", "covariance", "all"],
    help: "how the method's open points are settled",
  },
  method: { kind: "text", value: "NAME", help: "the method" },
  methods: { kind: "list", value: "LIST", help: "the methods, with commas between" },
  suite: { kind: "text", value: "NAME", help: "an embedded suite: conflict (default), disjoint or relabel" },
  data: { kind: "text", value: "DIR", help: "a folder in the layout of the CL benchmark" },
  tasks: { kind: "list", value: "LIST", help: "task names in order, with commas between" },
  order: { kind: "count", value: "N", help: "a published task order, 1 to 6" },
  model: { kind: "text", value: "DIR", help: "a model folder" },
  batch: { kind: "count", value: "N", help: "rows a step; by default 8" },
  length: { kind: "count", value: "N", help: "tokens of a prompt; by default 512" },
  set: {
    kind: "settings",
    value: "NAME=VALUE",
    help: "another value for an option of the method or of training: steps, batchSize, testRows, replicas, …",
  },
  device: {
    kind: "text",
    value: "KIND",
    choices: ["gpu", "software"],
    help: "insist on a GPU, or on the software adapter",
  },
  jobs: { kind: "count", value: "N", help: "runs at once; by default one a core, on a GPU one" },
  quick: { kind: "flag", help: "a few seconds, for trying" },
  fresh: { kind: "flag", help: "run again what is there already" },
  check: { kind: "flag", help: "change nothing; fail on errors" },
  strip: { kind: "flag", help: "run nothing; only strip stored outputs" },
  "time-limit": { kind: "count", value: "SECONDS", help: "how long one cell may take" },
  "no-browser": { kind: "flag", help: "open no browser; the address is printed" },
  port: { kind: "count", value: "N", help: "the port to listen on; by default 8888 or the next free one" },
  filter: { kind: "text", value: "TEXT", help: "only those whose name contains TEXT" },
  json: { kind: "text", value: "FILE", help: "write a summary for programs" },
} as const satisfies Record<string, OptionRow>;

/** The name of an option, without its dashes. */
export type OptionName = keyof typeof OPTION_TABLE;

/** A value given with `--set`. */
export type Setting = number | boolean | string;

interface Values {
  flag: boolean;
  text: string | undefined;
  count: number | undefined;
  list: readonly string[] | undefined;
  settings: Readonly<Record<string, Setting>>;
}

/** The values of all options; those not given are undefined, `false`, `{}` or the default. */
export type Options =
  & { readonly [Name in Exclude<OptionName, "out">]: Values[(typeof OPTION_TABLE)[Name]["kind"]] }
  & { readonly out: string };

/** The value an option has when it is not given. */
export function initialValue(name: OptionName): unknown {
  const row: OptionRow = OPTION_TABLE[name];
  return row.kind === "flag" ? false : row.kind === "settings" ? {} : row.initial;
}

/**
 * Reads one value of an option as it was typed; `before` is what the option held so far.
 *
 * @throws {UsageError} when the value is not of the option's kind or none of its choices
 */
export function readValue(name: OptionName, typed: string, before: unknown): unknown {
  const row: OptionRow = OPTION_TABLE[name];
  switch (row.kind) {
    case "flag":
      return true;
    case "count":
      return readCount(name, typed);
    case "text":
      return readChoice(name, typed, row.choices);
    case "list": {
      const items = typed.split(",").map((item) => item.trim()).filter((item) => item !== "");
      if (items.length === 0) throw new UsageError(`--${name} needs at least one name, but got "${typed}".`);
      return items.map((item) => readChoice(name, item, row.choices));
    }
    case "settings":
      return { ...before as Values["settings"], ...readSetting(typed) };
  }
}

function readCount(name: OptionName, typed: string): number {
  if (!/^[0-9]+$/.test(typed) || Number(typed) < 1 || !Number.isSafeInteger(Number(typed))) {
    throw new UsageError(`--${name} needs a whole number from 1, but got "${typed}".`);
  }
  return Number(typed);
}

function readChoice(name: OptionName, typed: string, choices: readonly string[] | undefined): string {
  if (typed === "") throw new UsageError(`--${name} needs a value, but got an empty one.`);
  if (choices && !choices.includes(typed)) {
    throw new UsageError(`--${name} does not know "${typed}": ${suggestion(typed, choices)}`);
  }
  return typed;
}

function readSetting(typed: string): Record<string, Setting> {
  const at = typed.indexOf("=");
  if (at < 1) throw new UsageError(`--set needs name=value, but got "${typed}".`);
  const value = typed.slice(at + 1);
  const isNumber = value.trim() !== "" && !Number.isNaN(Number(value));
  const read = value === "true" ? true : value === "false" ? false : isNumber ? Number(value) : value;
  return { [typed.slice(0, at)]: read };
}
