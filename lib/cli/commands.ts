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
    name: "ablate",
    summary: "trains B, B+L, B+S, B+L+S over seeds, and compares them",
    load: async () => (await import("./ablate_command.ts")).ablateCommand,
  },
  {
    name: "compare",
    summary: "trains GORP and its rivals over seeds, under one budget",
    load: async () => (await import("./compare_command.ts")).compareCommand,
  },
  {
    name: "run",
    summary: "runs one method on one sequence of tasks",
    load: async () => (await import("./run_command.ts")).runCommand,
  },
  {
    name: "report",
    summary: "draws table, figures and report again from stored results",
    load: async () => (await import("./report_command.ts")).reportCommand,
  },
  {
    name: "pretrain",
    summary: "makes the embedded base model again, or a small one for real texts",
    load: async () => (await import("./pretrain_command.ts")).pretrainCommand,
  },
  {
    name: "lab",
    summary: "opens the notebooks in JupyterLab, in an environment of the project's own",
    load: async () => (await import("./lab_command.ts")).labCommand,
  },
  {
    name: "notebooks",
    summary: "runs the notebooks without Jupyter and stores their outputs",
    load: async () => (await import("./notebooks_command.ts")).notebooksCommand,
  },
  {
    name: "docs",
    summary: "makes the documentation as HTML: library, notebooks, documents",
    load: async () => (await import("./docs_command.ts")).docsCommand,
  },
  {
    name: "doctor",
    summary: "says what this machine offers, and what to do about each problem",
    load: async () => (await import("./doctor_command.ts")).doctorCommand,
  },
  {
    name: "verify",
    summary: "compares the library with golden cases from PyTorch, PEFT and LAPACK",
    load: async () => (await import("./verify_command.ts")).verifyCommand,
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
