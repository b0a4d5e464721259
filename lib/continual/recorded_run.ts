/** Carrying a run to its end in its folder, from the latest checkpoint that can be used. @module */
import type { RunPosition, RunRecord } from "../results/run_record.ts";
import { openRun } from "../results/run_reader.ts";
import { openRunWriter, type RunWriter } from "../results/run_writer.ts";
import { type Checkpoint, takeCheckpoint, UnusableCheckpoint } from "./checkpoint.ts";
import type { StoredCheckpoint } from "./checkpoint_file.ts";
import { EventLoopTurn } from "./event_loop_turn.ts";
import { EventRecorder } from "./event_recorder.ts";
import { defaultReplicas } from "./replicas/default_replicas.ts";
import { ReplicaNotReady, type Replicas, startReplicas } from "./replicas/replicas.ts";
import { saveRunAdapter, saveTaskAdapter } from "./run_adapters.ts";
import { RunCheckpoints } from "./run_checkpoints.ts";
import type { RunEvent } from "./run_events.ts";
import { runSequence } from "./run_sequence.ts";
import type { SequencePlan } from "./sequence_state.ts";

/** Where less is at stake, in seconds, nobody waits until rows have come to the disk. */
const LONG = 10;

/** How a run is recorded. */
export interface RecordOptions {
  readonly folder: string;
  readonly record: RunRecord;
  readonly checkpointSeconds: number;
  readonly signal?: AbortSignal;
  readonly probeEvery?: number;
  readonly mayReplicate?: boolean;
  readonly onEvent?: (event: RunEvent) => void;
}

/**
 * Carries out what is missing of a run.
 *
 * @param isBegun whether the folder holds rows of it: else nothing there counts
 * @throws {DOMException} `AbortError` when the signal stopped it, after a checkpoint of where it was
 */
export async function recordRun(
  plan: SequencePlan,
  isBegun: boolean,
  options: RecordOptions,
): Promise<void> {
  const { folder, checkpointSeconds } = options;
  const checkpoints = new RunCheckpoints(folder, checkpointSeconds);
  const problems: string[] = [];
  for (const from of isBegun ? checkpoints.starts() : [null]) {
    if (from instanceof UnusableCheckpoint) {
      problems.push(from.message);
      continue;
    }
    for (const problem of problems.splice(0)) {
      const instead = from ? `goes on after task ${from.checkpoint.task}` : "starts over";
      warn(options, `A checkpoint of this run cannot be used (${problem}): it ${instead}.`);
    }
    try {
      return await carryOn(plan, from, { ...options, checkpoints });
    } catch (error) {
      if (!(error instanceof UnusableCheckpoint)) throw error;
      problems.push(error.message);
    }
  }
}

interface CarryOn extends RecordOptions {
  readonly checkpoints: RunCheckpoints;
}

/** Goes on from a checkpoint, or from the beginning, with as many replicas as there shall and can be. */
async function carryOn(
  plan: SequencePlan,
  from: StoredCheckpoint | null,
  options: CarryOn,
): Promise<void> {
  const { training: { replicas } } = plan;
  try {
    await recordFrom(plan, from, {
      ...options,
      replicas: replicas ?? (options.mayReplicate ? defaultReplicas(plan) : 1),
    });
  } catch (error) {
    if (replicas !== undefined || !(error instanceof ReplicaNotReady)) throw error;
    warn(options, `${error.message} The run goes on without it.`);
    await recordFrom(plan, from, { ...options, replicas: 1 });
  }
}

function warn({ onEvent }: RecordOptions, text: string): void {
  onEvent?.({ kind: "warning", text });
}

async function recordFrom(
  plan: SequencePlan,
  from: StoredCheckpoint | null,
  { replicas: count, ...options }: CarryOn & { readonly replicas: number },
): Promise<void> {
  const { folder, record, checkpoints } = options;
  checkpoints.beginAt(from);
  using writer = openRunWriter(folder, record, {
    taskNames: plan.suite.tasks.map(({ task }) => task.name),
    ...(from ? { resumeFrom: positionOf(from) } : { replace: true }),
  });
  await using replicas = startReplicas(plan, { replicas: count, from: from?.checkpoint ?? null });
  try {
    await drive(plan, from, { ...options, writer, replicas });
  } catch (error) {
    throw await replicas?.reasonOf(error) ?? error;
  }
}

function positionOf({ checkpoint: { task, within }, recorded }: StoredCheckpoint): RunPosition {
  const rows = recorded?.rows;
  return within ? { task, stepsDone: within.stepsDone, rows } : { task: task + 1, stepsDone: 0, rows };
}

interface Drive extends RecordOptions {
  readonly writer: RunWriter;
  readonly checkpoints: RunCheckpoints;
  readonly replicas: Replicas | null;
}

async function drive(
  plan: SequencePlan,
  from: StoredCheckpoint | null,
  { folder, writer, checkpoints, replicas, signal, onEvent, probeEvery }: Drive,
): Promise<void> {
  const recorder = new EventRecorder(plan, writer, from?.recorded?.seconds);
  const turn = new EventLoopTurn();
  const checkpointDue = () => signal?.aborted || checkpoints.isDue;
  const save = (checkpoint: Checkpoint) => {
    writer.flush({ sync: checkpoints.secondsSince > LONG });
    checkpoints.save({ checkpoint, recorded: { rows: writer.rows, seconds: recorder.seconds } });
  };
  let isResumed = from !== null;
  let diverged = false;
  const options = { from: from?.checkpoint, probeEvery, checkpointDue, replica: replicas?.group };
  for (const event of runSequence(plan, options)) {
    if (isResumed) onEvent?.({ kind: "resumed", run: openRun(folder) });
    isResumed = false; // told once the checkpoint has proved usable
    recorder.record(event);
    if (event.kind === "checkpoint") save(event.checkpoint);
    if (event.kind === "taskEnded") {
      saveTaskAdapter(folder, event.model);
      if (event.task === plan.suite.tasks.length) saveRunAdapter(folder, event.model);
      save(takeCheckpoint(event.model));
    }
    diverged ||= event.kind === "diverged";
    onEvent?.(event);
    if (event.kind === "compiled") await replicas?.ready(signal);
    await turn.give();
    // What comes after a stop is a pause, at which a checkpoint is due.
    if (signal?.aborted && (event.kind === "checkpoint" || event.kind === "taskEnded")) {
      writer.finish("interrupted");
      signal.throwIfAborted();
    }
  }
  writer.finish(diverged ? "diverged" : "finished");
  checkpoints.beginAt(null);
}
