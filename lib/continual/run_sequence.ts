/** One run: a method learns the tasks of a suite, one after the other. @module */
import { NotFiniteError } from "../linalg/not_finite_error.ts";
import { Random } from "../tensor/random.ts";
import { AdaptedModel } from "./adapted_model.ts";
import { restoreCheckpoint, type TaskPoint } from "./checkpoint.ts";
import type { LayerReport, Method } from "./method.ts";
import type { RunEvent } from "./run_events.ts";
import { pause, type SequenceOptions, type SequencePlan, type SequenceState } from "./sequence_state.ts";
import { SuiteTester, type TestAnswer } from "./suite_tester.ts";
import { requireKeptGradients } from "./train_step.ts";
import { trainTask } from "./train_task.ts";

const BEGINNING: TaskPoint = { stepsDone: 0, tasksTested: null };
const UNTRAINED: TaskPoint = { stepsDone: 0, tasksTested: 0 };

/**
 * Runs the sequence, telling events as they happen: stopping is ceasing to iterate, at a `checkpoint` if nothing shall
 * be lost. After each task all tasks are tested, those to come as well. Ends early, with a `diverged` event, when a loss
 * or a weight is not finite.
 *
 * @throws {UnusableCheckpoint} when the one to go on from is of another plan, before the first event
 */
export function* runSequence(
  plan: SequencePlan,
  options: SequenceOptions = {},
): Generator<RunEvent, void, undefined> {
  const { model, suite, method } = plan;
  const { from } = options;
  const random = new Random(plan.seed, "run");
  using adapted = new AdaptedModel(model, method, { layerwise: plan.training.layerwise });
  if (options.replica) requireKeptGradients(adapted);
  if (from) restoreCheckpoint(adapted, from, random);
  using tester = new SuiteTester(model, () => adapted.weights, suite, plan.training);
  const isFirst = (options.replica?.rank ?? 0) === 0;
  const state = { plan, options, isFirst, adapted, random, told: new Set<string>() };
  for (const text of adapted.warnings) yield { kind: "warning", text };
  if (adapted.task === 0) yield* test(state, tester, from?.within ?? UNTRAINED);
  else if (from?.within && !(yield* completeTask(state, tester, from.within))) return;
  while (adapted.task < suite.tasks.length) {
    adapted.startTask(random, { prepare: method.startTask });
    if (adapted.factored) tester.forget();
    if (!(yield* completeTask(state, tester, BEGINNING))) return;
  }
}

/** Goes on with the present task to its end; false when it diverged. */
function* completeTask(
  state: SequenceState,
  tester: SuiteTester,
  { stepsDone, tasksTested }: TaskPoint,
): Generator<RunEvent, boolean> {
  const { adapted, plan: { method, training: { steps } } } = state;
  const { task } = adapted;
  if (tasksTested === null) {
    if (!(yield* trainTask(state, stepsDone))) return false;
    const layers = endTask(method, adapted);
    yield layers ? { kind: "taskTrained", task, layers } : { kind: "diverged", task, step: steps };
    if (!layers) return false;
  }
  yield* test(state, tester, { stepsDone: steps, tasksTested: tasksTested ?? 0 });
  yield { kind: "taskEnded", task, pairs: adapted.storedPairs(), model: adapted };
  return true;
}

/** What the method measured at the task's end; null when what it measures from is not finite. */
function endTask(method: Method, adapted: AdaptedModel): readonly LayerReport[] | null {
  try {
    return method.endTask?.(adapted).layers ?? [];
  } catch (error) {
    if (error instanceof NotFiniteError) return null;
    throw error;
  }
}

/** Tests the tasks that were not tested yet, in the first replica. One whose test is cut off is tested anew. */
function* test(
  state: SequenceState,
  tester: SuiteTester,
  { stepsDone, tasksTested }: TaskPoint,
): Generator<RunEvent, void> {
  const { plan: { suite, training: { testRows = Infinity } }, adapted: { task: afterTask }, isFirst } = state;
  if (!isFirst) return;
  for (let i = tasksTested ?? 0; i < suite.tasks.length; i++) {
    const total = Math.min(suite.tasks[i].test.size, testRows);
    const answers: TestAnswer[] = [];
    for (const _ of tester.compile(suite.tasks[i])) yield* pause(state, { stepsDone, tasksTested: i });
    for (const batch of tester.answers(suite.tasks[i])) {
      answers.push(...batch);
      if (answers.length === total) break;
      yield { kind: "testing", afterTask, task: i + 1, rows: answers.length, total };
      yield* pause(state, { stepsDone, tasksTested: i });
    }
    yield { kind: "tested", afterTask, task: i + 1, answers };
    yield* pause(state, { stepsDone, tasksTested: i + 1 });
  }
}
