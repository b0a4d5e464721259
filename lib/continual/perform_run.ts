/** Carrying out a run: recorded in Arrow, resumable, reused when it is there already. @module */
import { openRun, type Run } from "../results/run_reader.ts";
import { RunFolder } from "../results/run_folder.ts";
import type { RunRecord } from "../results/run_record.ts";
import { recordRun } from "./recorded_run.ts";
import { runConfiguration } from "./run_configuration.ts";
import type { RunEvent } from "./run_events.ts";
import type { SequencePlan } from "./sequence_state.ts";

/** Where and how a run is carried out. */
export interface PerformOptions {
  /** Folder of all runs; this one gets a folder named by its configuration. Default `runs`. */
  readonly out?: string;
  /** Run again what is there already, which stays until the new run has come to its end. */
  readonly fresh?: boolean;
  /** Stops the run between two steps, or two batches of a test: what is recorded stays, and the next call goes on there. */
  readonly signal?: AbortSignal;
  /**
   * Seconds between two checkpoints within a task, so that a crash loses no more; default 120, and 0 for one a step.
   * They are further apart where writing one takes more than a fiftieth of that.
   */
  readonly checkpointSeconds?: number;
  /**
   * Every so many steps the gradients are compared with the shared spaces, and recorded as `shareRemoved/<layer>`
   * and `principalAngle<i>/<layer>`. A run that is there already is not run again for it: see `fresh`.
   */
  readonly probeEvery?: number;
  /**
   * Whether a run may have two replicas where its training does not say how many: where that is faster and its results
   * are the same to the last bit (small models on the software adapter with `threads: "one"`); default false.
   */
  readonly mayReplicate?: boolean;
  /** Told of everything that happens, in order; not of what happened in an earlier call. */
  readonly onEvent?: (event: RunEvent) => void;
}

/** What came of a run. */
export interface PerformedRun {
  readonly run: Run;
  /** Whether it was there already. */
  readonly reused: boolean;
}

/** The stored run of a plan that came to its end, or null. */
export function findFinishedRun(plan: SequencePlan, out = "runs"): Run | null {
  const run = existingRun(new RunFolder(`${out}/${runConfiguration(plan).runId}`).settled);
  return run && isOver(run) ? run : null;
}

/**
 * Carries out a run and records it. The folder of a run that came to its end holds what it has learned in `adapter`,
 * for Python's PEFT, and the pairs of each task in `adapters`.
 *
 * @throws {DOMException} `AbortError` when the signal stopped it
 * @throws {Error} one sentence when the folder cannot be written or the device fails
 */
export async function performRun(plan: SequencePlan, options: PerformOptions = {}): Promise<PerformedRun> {
  const { out = "runs", fresh = false, checkpointSeconds = 120, signal, onEvent, probeEvery, mayReplicate } =
    options;
  const { runId, config } = runConfiguration(plan);
  const place = new RunFolder(`${out}/${runId}`);
  const folder = fresh ? place.fresh : place.settled;
  const earlier = existingRun(folder);
  if (!fresh && earlier && isOver(earlier)) return { run: earlier, reused: true };
  signal?.throwIfAborted();
  if (!earlier || !isOver(earlier)) {
    const record = recordOf(plan, runId, config);
    await recordRun(plan, earlier !== null, {
      folder,
      record,
      checkpointSeconds,
      signal,
      onEvent,
      probeEvery,
      mayReplicate,
    });
  }
  if (fresh) place.settleFresh();
  return { run: openRun(place.settled), reused: false };
}

function isOver({ record: { status } }: Run): boolean {
  return status === "finished" || status === "diverged";
}

function recordOf(plan: SequencePlan, runId: string, config: unknown): RunRecord {
  const { method, model, suite, seed } = plan;
  const { name, variant, profile, label } = method;
  return {
    runId,
    method: name,
    variant,
    profile,
    label,
    seed,
    suite: suite.suite.name,
    model: model.name,
    status: "running",
    started: new Date(),
    ended: null,
    device: model.gpu.name,
    config,
  };
}

/** The run in a folder; null when there is none, or only the torn beginning of one. A damaged result is not replaced. */
function existingRun(folder: string): Run | null {
  try {
    return openRun(folder);
  } catch (error) {
    if (exists(`${folder}/runs.arrow`)) throw error;
    return null;
  }
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}
