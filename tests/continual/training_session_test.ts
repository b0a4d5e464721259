import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import type { Experiment } from "../../lib/continual/experiment.ts";
import { runSequence } from "../../lib/continual/run_sequence.ts";
import { TrainingSession } from "../../lib/continual/training_session.ts";
import type { Dense } from "../../lib/linalg/dense.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { tinyModel, tinyPlan } from "./tiny_plan.ts";

const BETA1 = 0.9;

Deno.test("a session takes the steps of a run, also where it is looked at", async () => {
  using gpu = await openGpu();
  using model = tinyModel(gpu);
  const plan = tinyPlan(model, {}, { tasks: 2 });
  const expected: number[] = [];
  for (const event of runSequence(plan)) if (event.kind === "steps") expected.push(...event.losses);
  const experiment: Experiment = { model, training: plan.training, suite: () => plan.suite };
  const before = gpu.liveBuffers;
  {
    using session = new TrainingSession(experiment, plan.method, { seed: plan.seed });
    assertThrows(() => session.step(), RangeError, "Begin a task");
    const losses: number[] = [];
    for (let task = 1; task <= 2; task++) {
      session.startTask();
      for (let step = 0; step < plan.training.steps; step++) {
        losses.push(step % 3 === 1 ? session.viewStep().loss : session.step());
      }
      assert(session.endTask().every((report) => report.columns > 0));
      assertThrows(() => session.step(), RangeError, `Task ${task} has had all its steps`);
    }
    assertEquals(losses, expected);
    assertThrows(() => session.startTask(), RangeError, "All 2 tasks");
  }
  assertEquals(gpu.liveBuffers, before);
});

Deno.test("what a view shows belongs together: moments, compressed gradients, removed spaces", async () => {
  using gpu = await openGpu();
  using model = tinyModel(gpu);
  const plan = tinyPlan(model, {}, { tasks: 2 });
  const experiment: Experiment = { model, training: plan.training, suite: () => plan.suite };
  using session = new TrainingSession(experiment, plan.method);
  session.startTask();
  const [first, second] = [session.viewStep(), session.viewStep()];
  assert(first.layers.every(({ firstMoment }) => firstMoment.data.every((value) => value === 0)));
  first.layers.forEach(({ group, gradient, compressed, firstMoment }, i) => {
    // B is zero at first, so A has no gradient yet
    assertEquals(group === "loraA", gradient.data.every((value) => value === 0), first.layers[i].layer);
    assertEquals([compressed.rows, compressed.columns], [firstMoment.rows, firstMoment.columns]);
    // before there is a space, Adam meets the compressed gradient: m = (1 − β1) g after the first step
    second.layers[i].firstMoment.data.forEach((moment, j) =>
      assertAlmostEquals(moment, (1 - BETA1) * compressed.data[j], 1e-6)
    );
    if (group === "fullRank") assert(energyOf(compressed) < 1.0001 * energyOf(gradient));
  });
  while (session.stepsDone < session.stepsPerTask) session.step();
  session.endTask();
  session.startTask();
  session.step();
  const later = session.viewStep().layers.filter(({ space }) => space !== null);
  assert(later.every(({ space, side }) => side === "features" && space!.basis.columns > 0));
  // moments of the second task have nothing in the space
  for (const { firstMoment, space } of later) {
    assert(energyInside(firstMoment, space!.basis) <= 1e-9 * energyOf(firstMoment));
  }
});

function energyOf({ data }: Dense): number {
  return data.reduce((sum, value) => sum + value * value, 0);
}

/** `‖G S‖²` by plain loops. */
function energyInside(g: Dense, s: Dense): number {
  let energy = 0;
  for (let i = 0; i < g.rows; i++) {
    for (let j = 0; j < s.columns; j++) {
      let sum = 0;
      for (let k = 0; k < g.columns; k++) sum += g.data[i * g.columns + k] * s.data[k * s.columns + j];
      energy += sum * sum;
    }
  }
  return energy;
}
