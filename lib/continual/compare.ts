/** Comparing methods over seeds. @module */
import type { Run } from "../results/run_reader.ts";
import type { ComparedRun } from "./compared_run.ts";
import { type Experiment, planOf } from "./experiment.ts";
import type { Method } from "./method.ts";
import { canBeRemade } from "./methods/methods.ts";
import { findFinishedRun, type PerformedRun, type PerformOptions, performRun } from "./perform_run.ts";
import { performInProcesses } from "./processes/run_processes.ts";
import { progressOf, type RunProgress } from "./run_progress.ts";

/** How a comparison is carried out. */
export interface ComparisonOptions extends Omit<PerformOptions, "onEvent"> {
  readonly seeds: readonly number[];
  /**
   * So many runs at once, each in a process of its own on one core; default 1, in this process. Results are the same
   * to the last bit. Worth it on the software adapter; a GPU is one. Needs an experiment and methods that another
   * process can make, as those of the kit are.
   */
  readonly jobs?: number;
  /** Told which run begins, and how it ended. */
  readonly onRun?: (run: ComparedRun) => void;
  /** Told how far a run is. */
  readonly onProgress?: (run: ComparedRun, progress: RunProgress) => void;
}

/**
 * Carries out every method with every seed, seeds outermost, so that after each seed all rows can be compared.
 *
 * @returns the runs in that order
 * @throws {DOMException} `AbortError` when the signal stopped it: finished runs stay and are reused
 * @throws {Error} one sentence when a run failed; what others recorded stays
 */
export async function compare(
  experiment: Experiment,
  methods: readonly Method[],
  options: ComparisonOptions,
): Promise<Run[]> {
  const { seeds, jobs = 1, out, fresh = false, probeEvery, mayReplicate, signal, onRun, onProgress } =
    options;
  const runs: Run[] = [];
  const missing: ComparedRun[] = [];
  const end = (compared: ComparedRun, done: PerformedRun) => {
    runs[compared.index] = done.run;
    onRun?.({ ...compared, done });
  };
  const pairs = seeds.flatMap((seed) => methods.map((method) => ({ method, seed })));
  for (const [index, { method, seed }] of pairs.entries()) {
    const compared = { method, seed, index };
    const stored = fresh ? null : findFinishedRun(planOf(experiment, method, seed), out);
    if (stored) end(compared, { run: stored, reused: true });
    else missing.push(compared);
  }
  const { source, model: { gpu } } = experiment;
  const isPortable = source !== undefined && methods.every(canBeRemade);
  if (jobs > 1 && missing.length > 1 && isPortable) {
    const setting = { source, software: gpu.software, out, fresh, probeEvery };
    await performInProcesses(setting, missing, { jobs, signal, onRun, onProgress, onEnd: end });
    return runs;
  }
  for (const compared of missing) {
    onRun?.(compared);
    const onEvent: PerformOptions["onEvent"] = (event) => {
      const progress = progressOf(event);
      if (progress) onProgress?.(compared, progress);
    };
    const plan = planOf(experiment, compared.method, compared.seed);
    end(compared, await performRun(plan, { out, fresh, probeEvery, mayReplicate, signal, onEvent }));
  }
  return runs;
}
