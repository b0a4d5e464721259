/** Runs that are followed in a notebook. @module */
import { type Experiment, planOf } from "../continual/experiment.ts";
import type { Method } from "../continual/method.ts";
import { type PerformOptions, performRun } from "../continual/perform_run.ts";
import { runConfiguration } from "../continual/run_configuration.ts";
import type { RunEvent } from "../continual/run_events.ts";
import { RunFolder } from "../results/run_folder.ts";
import { openRun, type Run } from "../results/run_reader.ts";
import { interruptSignal } from "./interrupt.ts";
import type { MediaBundle } from "./output.ts";
import { type Progress, progress } from "./progress.ts";
import { currentSink } from "./sink.ts";

/** Which run, and where it is recorded. */
export interface LiveRunOptions extends Pick<PerformOptions, "out" | "fresh" | "probeEvery"> {
  /** Decides tasks, fresh adapters and the order of rows; default 1. */
  readonly seed?: number;
}

/**
 * Carries out one run with a live curve of its loss. A run that is stored already is opened instead, and said so.
 * Stop ends it within a step and returns what there is, marked interrupted; the same call then continues
 * where it was. Where a run was stopped earlier in the same cell, the next one fails and so ends the cell.
 *
 * @throws {DOMException} `AbortError` after a stop earlier in the cell
 *
 * @example One ablation
 * ```ts ignore
 * import { embeddedExperiment, gorp, liveRun, openGpu } from "gorp";
 * using gpu = await openGpu();
 * const run = await liveRun(embeddedExperiment(gpu), gorp({ variant: "B+L" }), { seed: 1 });
 * ```
 */
export async function liveRun(
  experiment: Experiment,
  method: Method,
  options: LiveRunOptions = {},
): Promise<Run> {
  const { seed = 1, out = "runs", fresh, probeEvery } = options;
  const { training } = experiment;
  const plan = planOf(experiment, method, seed);
  const total = plan.suite.tasks.length * training.steps;
  const signal = interruptSignal();
  // A run earlier in the same cell was stopped: then this cell is over.
  signal.throwIfAborted();
  const shown = progress(`${method.label}, seed ${seed}`, { total });
  try {
    const { run, reused } = await performRun(plan, {
      out,
      fresh,
      probeEvery,
      mayReplicate: true,
      signal,
      onEvent: (event) => showEvent(shown, event, { tasks: plan.suite.tasks.length, steps: training.steps }),
    });
    if (reused) showRecorded(shown, run, training.steps);
    // A notebook that is run to be stored shall not tell whether its runs were stored before.
    await shown.finish(reused && currentSink().kind !== "recording" ? "stored already" : run.record.status);
    return run;
  } catch (error) {
    if (!(error instanceof DOMException && error.name === "AbortError")) throw error;
    await shown.finish("interrupted: run the cell again to continue");
    const place = new RunFolder(`${out}/${runConfiguration(plan).runId}`);
    return openRun(fresh ? place.fresh : place.settled);
  }
}

/** The curve of what was recorded earlier. */
function showRecorded(shown: Progress, run: Run, steps: number): void {
  const tasks = run.taskNames.length;
  for (const { task, step, value } of run.metrics("loss")) {
    shown.update((task - 1) * steps + step, { loss: value, note: taskNote(task, tasks) });
  }
}

function noteOf(warning: string): MediaBundle {
  return { "text/markdown": `*Note:* ${warning}`, "text/plain": `Note: ${warning}` };
}

function taskNote(task: number, tasks: number): string {
  return `task ${task} of ${tasks}`;
}

function showEvent(
  shown: Progress,
  event: RunEvent,
  { tasks, steps }: { readonly tasks: number; readonly steps: number },
): void {
  if (event.kind === "warning") currentSink().display(noteOf(event.text));
  if (event.kind === "resumed") {
    showRecorded(shown, event.run, steps);
    shown.goOn();
  }
  if (event.kind === "tested") {
    shown.update(event.afterTask * steps, { note: `testing after task ${event.afterTask}` });
  }
  if (event.kind !== "steps") return;
  const note = taskNote(event.task, tasks);
  event.losses.forEach((loss, i) => shown.update((event.task - 1) * steps + event.first + i, { loss, note }));
}
