/** Command lines that can be typed again. @module */
import type { Options } from "./options.ts";

/** What only says how a command is carried out, not what comes out. */
const INCIDENTAL = ["fresh", "json", "jobs"];

/** The command as it could be typed again for the same results. */
export function commandLine(command: string, options: Options): string {
  const words = Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined || value === false || INCIDENTAL.includes(name)) return [];
    if (name === "out" && value === "runs") return [];
    if (name === "set") return Object.entries(value).map(([key, setting]) => `--set ${key}=${setting}`);
    return [value === true ? `--${name}` : `--${name} ${Array.isArray(value) ? value.join() : value}`];
  });
  return [`./gorp ${command}`, ...words].join(" ");
}
