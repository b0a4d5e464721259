/** The commands of `./gorp`. @module */
import type { Command } from "./command.ts";

/** A row of the table: what the overview shows, and how to get at the rest, which is loaded when called. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

/** All commands, in the order of the overview. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "doctor",
    summary: "says what this machine offers, and what to do about each problem",
    load: async () => (await import("./doctor_command.ts")).doctorCommand,
  },
  {
    name: "test",
    summary: "runs the tests and the examples in the documentation",
    load: async () => (await import("./test_command.ts")).testCommand,
  },
  {
    name: "check",
    summary: "checks format, lint, types, documentation and layers",
    load: async () => (await import("./check_command.ts")).checkCommand,
  },
  {
    name: "bench",
    summary: "runs the benchmarks side by side with their peers",
    load: async () => (await import("./bench_command.ts")).benchCommand,
  },
];
