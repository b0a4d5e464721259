/** `./gorp report`. @module */
import { listRuns, type Run } from "../results/run_reader.ts";
import type { Command } from "./command.ts";
import { lastPresented, present, type PresentationOptions, summaryOf } from "./experiment_report.ts";
import { UsageError } from "./usage_error.ts";
import { writeSummary } from "./write_summary.ts";

/** Redraws everything from Arrow files alone. */
export const reportCommand: Command = {
  name: "report",
  summary: "draws table, figures and report again from stored results",
  operands: "[DIR]",
  description:
    "Draws the last comparison of a results folder (default: runs) again: table, figures, report.html. In a folder\n" +
    "without one, all its runs. Needs no GPU.",
  options: ["json"],
  examples: [
    { line: "./gorp report", remark: "of runs/" },
    { line: "./gorp report runs --json summary.json", remark: "and the numbers for programs" },
  ],
  async run({ options, operands }) {
    if (operands.length > 1) {
      throw new UsageError(`./gorp report takes one folder, but got ${operands.length}.`);
    }
    const [folder = "runs"] = operands;
    const { runs, options: presentation } = lastPresented(folder) ?? everything(folder);
    const paths = await present(runs, presentation);
    writeSummary(options.json, summaryOf(runs, presentation));
    console.log(`See ${paths.join(" and ")}.`);
  },
};

function everything(folder: string): { runs: Run[]; options: PresentationOptions } {
  const runs = listRuns(folder);
  if (runs.length === 0) throw new UsageError(`There are no runs in ${folder}; ./gorp ablate makes some.`);
  const title = `GORP: ${[...new Set(runs.map((run) => run.record.suite))].join(", ")}`;
  const notes = runs.flatMap((run) => run.incomplete ?? []);
  return { runs, options: { folder, title, command: `./gorp report ${folder}`, notes } };
}
