/** Carrying out a run: recorded in Arrow, resumable, reused when it is there already. @module */
import { openRun, type Run } from "../results/run_reader.ts";
import { RunFolder } from "../results/run_folder.ts";
import { openRunWriter, type RunWriter } from "../results/run_writer.ts";
import type { RunRecord } from "../results/run_record.ts";
import { type Checkpoint, loadCheckpoint, saveCheckpoint, takeCheckpoint } from "./checkpoint.ts";
import { EventLoopTurn } from "./event_loop_turn.ts";
import { EventRecorder } from "./event_recorder.ts";
import { saveRunAdapter, saveTaskAdapter } from "./run_adapters.ts";
import { type Replicas, startReplicas } from "./replicas/replicas.ts";
import { runConfiguration } from "./run_configuration.ts";
import { type RunEvent, runSequence, type SequencePlan } from "./run_sequence.ts";

/** Where and how a run is carried out. */
export interface PerformOptions {
  /** Folder of all runs; this one gets a folder named by its configuration. Default `runs`. */
  readonly out?: string;
  /** Run again what is there already, which stays until the new run has come to its end. */
  readonly fresh?: boolean;
  /** Stops the run between two steps; what is recorded stays, and the next call continues after the last task. */
  readonly signal?: AbortSignal;
  /**
   * Every so many steps the gradients are compared with the shared spaces, and recorded as `shareRemoved/<layer>`
   * and `principalAngle<i>/<layer>`. A run that is there already is not run again for it: see `fresh`.
   */
  readonly probeEvery?: number;
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
  const { out = "runs", fresh = false, signal, onEvent, probeEvery } = options;
  const { runId, config } = runConfiguration(plan);
  const place = new RunFolder(`${out}/${runId}`);
  const folder = fresh ? place.fresh : place.settled;
  const earlier = existingRun(folder);
  if (!fresh && earlier && isOver(earlier)) return { run: earlier, reused: true };
  signal?.throwIfAborted();
  if (!earlier || !isOver(earlier)) {
    const checkpoint = earlier && loadCheckpoint(checkpointPath(folder));
    if (!checkpoint) removeCheckpoint(folder); // one of another attempt must not be taken for this one's
    using writer = openRunWriter(folder, recordOf(plan, runId, config), {
      taskNames: plan.suite.tasks.map(({ task }) => task.name),
      ...(checkpoint ? { resumeFrom: { task: checkpoint.task + 1, stepsDone: 0 } } : { replace: true }),
    });
    await using replicas = startReplicas(plan, checkpoint);
    try {
      await drive(plan, { writer, folder, checkpoint, signal, onEvent, probeEvery, replicas });
    } catch (error) {
      throw await replicas?.reasonOf(error) ?? error;
    }
  }
  if (fresh) place.settleFresh();
  return { run: openRun(place.settled), reused: false };
}

function isOver({ record: { status } }: Run): boolean {
  return status === "finished" || status === "diverged";
}

interface Drive {
  readonly writer: RunWriter;
  readonly folder: string;
  readonly checkpoint: Checkpoint | null;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
  readonly probeEvery?: number;
  readonly replicas: Replicas | null;
}

async function drive(
  plan: SequencePlan,
  { writer, folder, checkpoint, signal, onEvent, probeEvery, replicas }: Drive,
): Promise<void> {
  const recorder = new EventRecorder(plan, writer);
  let diverged = false;
  const turn = new EventLoopTurn();
  for (
    const event of runSequence(plan, { from: checkpoint ?? undefined, probeEvery, replica: replicas?.group })
  ) {
    recorder.record(event);
    if (event.kind === "taskEnded") {
      writer.flush();
      saveTaskAdapter(folder, event.model);
      if (event.task === plan.suite.tasks.length) saveRunAdapter(folder, event.model);
      saveCheckpoint(checkpointPath(folder), takeCheckpoint(event.model));
    }
    diverged ||= event.kind === "diverged";
    onEvent?.(event);
    if (event.kind === "taskStarted") await replicas?.ready();
    await turn.give();
    if (signal?.aborted) {
      writer.finish("interrupted");
      signal.throwIfAborted();
    }
  }
  writer.finish(diverged ? "diverged" : "finished");
  removeCheckpoint(folder);
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

function checkpointPath(folder: string): string {
  return `${folder}/checkpoint.safetensors`;
}

function removeCheckpoint(folder: string): void {
  try {
    Deno.removeSync(checkpointPath(folder));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return;
    throw error;
  }
}
