/** Training one task of a run. @module */
import { takeCheckpoint } from "./checkpoint.ts";
import { findRounding, ROUNDING_WARNINGS, type RoundingReport } from "./conditioning.ts";
import { LossReader } from "./loss_reader.ts";
import type { RunEvent } from "./run_events.ts";
import { pause, type SequenceState } from "./sequence_state.ts";
import { probeSpaces, type SpaceProbe } from "./space_probe.ts";
import { openTaskTraining } from "./task_training.ts";

/**
 * Trains the present task from a step on.
 *
 * @param stepsDone before it
 * @returns false when a loss or a weight was not finite
 */
export function* trainTask(state: SequenceState, stepsDone: number): Generator<RunEvent, boolean> {
  const { adapted, random, isFirst, plan: { suite, method, training }, options } = state;
  const { probeEvery, checkpointDue, replica } = options;
  const { task, trainedWeights } = adapted;
  const beginning = { stepsDone, tasksTested: null };
  yield* pause(state, beginning);
  const how = { method, training, random, replica, stepsDone };
  const work = openTaskTraining(adapted, suite.tasks[task - 1], how);
  using step = work.step;
  for (const _ of step.compile()) yield* pause(state, beginning);
  yield { kind: "compiled" };
  if (checkpointDue?.()) yield { kind: "checkpoint", checkpoint: takeCheckpoint(adapted, beginning) };
  const reader = new LossReader(step, stepsDone);
  yield { kind: "taskStarted", task, stepsDone, dispatches: step.dispatches, trainedWeights };
  let t = stepsDone;
  for (const batch of work.batches) {
    t += 1;
    let layers: SpaceProbe[] = [];
    let rounding: RoundingReport[] = [];
    const isProbed = probeEvery !== undefined && (t - 1) % probeEvery === 0;
    const look = () => {
      if (isProbed) layers = probeSpaces(adapted);
      // Once a task, where each shows: projections are new at the first step, all gradients there at the last.
      if (t === 1 || t === training.steps) rounding = findRounding(adapted, { refreshed: t === 1 });
    };
    const isFinite = step.run(batch, t, { beforeUpdate: isFirst ? look : undefined });
    const isLooked = layers.length > 0 || rounding.length > 0;
    if (isLooked || reader.isDue(t) || !isFinite || t === training.steps) {
      if (!(yield* tellLosses(reader, t, { task, isFinite }))) return false;
    }
    if (layers.length > 0) yield { kind: "probed", task, step: t, layers };
    if (rounding.length > 0) yield* tellRounding(rounding, t, state);
    yield { kind: "pause" };
    if (!checkpointDue?.()) continue;
    if (!(yield* tellLosses(reader, t, { task, isFinite }))) return false;
    yield { kind: "checkpoint", checkpoint: takeCheckpoint(adapted, { stepsDone: t, tasksTested: null }) };
  }
  if (adapted.isFinite()) return true;
  yield { kind: "diverged", task, step: t };
  return false;
}

/** Tells the losses that were not told yet; false when one is not finite, or the step was not. */
function* tellLosses(
  reader: LossReader,
  t: number,
  { task, isFinite }: { readonly task: number; readonly isFinite: boolean },
): Generator<RunEvent, boolean> {
  const { first, losses } = reader.read(t);
  if (losses.length === 0) return true;
  yield { kind: "steps", task, first, losses };
  const bad = losses.findIndex((loss) => !Number.isFinite(loss));
  if (bad < 0 && isFinite) return true;
  yield { kind: "diverged", task, step: bad >= 0 ? first + bad : t };
  return false;
}

/** Tells what is rounding error, each kind with its warning the first time. */
function* tellRounding(
  layers: readonly RoundingReport[],
  step: number,
  { told, adapted: { task } }: SequenceState,
): Generator<RunEvent, void> {
  for (const { kind } of layers) {
    if (!told.has(kind)) yield { kind: "warning", text: ROUNDING_WARNINGS[kind] };
    told.add(kind);
  }
  yield { kind: "rounding", layers, task, step };
}
