/** From methods to table, figures and report, on the command line. @module */
import { compare } from "../continual/compare.ts";
import type { Method } from "../continual/method.ts";
import type { Run } from "../results/run_reader.ts";
import type { Summary } from "../results/summary.ts";
import { ComparisonProgress } from "./comparison_progress.ts";
import { defaultJobs } from "./default_jobs.ts";
import { duration } from "./duration.ts";
import { present, type PresentationOptions, summaryOf } from "./experiment_report.ts";
import { ownOptionNotes } from "./named_method.ts";
import type { OpenedExperiment } from "./open_experiment.ts";
import type { Options } from "./options.ts";
import { writeSummary } from "./write_summary.ts";

/** What is carried out, and how it is presented. */
export interface CarryOutOptions extends Omit<PresentationOptions, "folder" | "notes"> {
  readonly seeds: readonly number[];
  readonly options: Options;
  readonly signal: AbortSignal;
  /** What to say of the results below the table, and what to write for programs; default nothing, and the summary. */
  readonly conclude?: (runs: readonly Run[], summary: Summary) => Conclusion;
}

/** What follows from the results of all runs. */
export interface Conclusion {
  readonly notes: readonly string[];
  /** A JSON value. */
  readonly json: unknown;
}

/** Runs every method with every seed with live progress; prints and writes what came out. */
export async function carryOut(
  { experiment, notes }: OpenedExperiment,
  methods: readonly Method[],
  { seeds, options, signal, conclude, ...presentation }: CarryOutOptions,
): Promise<Run[]> {
  const started = performance.now();
  const { tasks } = experiment.suite(seeds[0]);
  using progress = new ComparisonProgress({
    runs: methods.length * seeds.length,
    tasks: tasks.length,
    steps: experiment.training.steps,
  });
  const { out, fresh, jobs = defaultJobs(experiment) } = options;
  const { onRun, onProgress } = progress;
  const how = { seeds, out, fresh, jobs, mayReplicate: true, signal, onRun, onProgress };
  const runs = await compare(experiment, methods, how);
  progress[Symbol.dispose]();
  const summary = summaryOf(runs, presentation);
  const { notes: conclusions, json } = conclude?.(runs, summary) ?? { notes: [], json: summary };
  const paths = await present(runs, {
    ...presentation,
    folder: out,
    notes: [...notes, ...ownOptionNotes(methods), ...conclusions],
  });
  writeSummary(options.json, json);
  const count = runs.length === 1 ? "1 run" : `${runs.length} runs`;
  console.log(`${count} in ${duration((performance.now() - started) / 1000)}; see ${paths.join(" and ")}.`);
  return runs;
}
