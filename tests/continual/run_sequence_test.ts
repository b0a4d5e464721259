import { assert, assertEquals } from "@std/assert";
import { type RunEvent, runSequence } from "../../lib/continual/run_sequence.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { tinyModel, tinyPlan } from "./tiny_plan.ts";

const kinds = (events: readonly RunEvent[]) => events.map((event) => event.kind).join(" ");

Deno.test("a run tells its events in order: tests before and after each task, losses every ten steps", async () => {
  using gpu = await openGpu();
  using model = tinyModel(gpu);
  const plan = tinyPlan(model, {}, { tasks: 2, training: { steps: 12, testRows: 7 } });
  const before = gpu.liveBuffers;
  const events = [...runSequence(plan)];
  const task = "taskStarted steps steps tested tested taskEnded";
  assertEquals(kinds(events), `tested tested ${task} ${task}`);
  const tested = events.filter((event) => event.kind === "tested");
  assertEquals(tested.map(({ afterTask, task }) => [afterTask, task]), [[0, 1], [0, 2], [1, 1], [1, 2], [
    2,
    1,
  ], [2, 2]]);
  assert(tested.every(({ answers }) => answers.length === 7));
  assertEquals(tested[0].answers.map(({ example }) => example), [0, 1, 2, 3, 4, 5, 6]);
  const losses = events.filter((event) => event.kind === "steps");
  assertEquals(losses.map(({ task, first, losses }) => [task, first, losses.length]), [
    ...[[1, 1, 10], [1, 11, 2], [2, 1, 10], [2, 11, 2]],
  ]);
  const ended = events.filter((event) => event.kind === "taskEnded");
  for (const { layers, pairs } of ended) {
    assertEquals([layers.length, pairs.length], [6, 4]);
    for (const { columns, capacity, added, heldBefore, spectrum } of layers) {
      assert(columns >= added && columns <= capacity && heldBefore >= 0 && heldBefore <= 1);
      assert(spectrum.every((value, i) => i === 0 || value <= spectrum[i - 1]));
    }
  }
  assert(ended[0].layers.every(({ heldBefore }) => heldBefore === 0));
  assert(ended[1].layers.some(({ heldBefore }) => heldBefore > 0));
  assertEquals(gpu.liveBuffers, before);
});

Deno.test("stopping is ceasing to iterate: nothing stays behind", async () => {
  using gpu = await openGpu();
  using model = tinyModel(gpu);
  const before = gpu.liveBuffers;
  for (const last of ["tested", "taskStarted", "steps", "taskEnded"]) {
    for (const { kind } of runSequence(tinyPlan(model, {}, { tasks: 2, training: { steps: 2 } }))) {
      if (kind === last) break;
    }
    assertEquals(gpu.liveBuffers, before, last);
  }
});

Deno.test("a run over a suite of other lengths or batch sizes than test batches tests every row once", async () => {
  using gpu = await openGpu();
  using model = tinyModel(gpu);
  const plan = tinyPlan(model, { variant: "B" }, { tasks: 1, training: { steps: 1, batchSize: 1 } });
  const [first] = runSequence(plan);
  assert(first.kind === "tested");
  assertEquals(first.answers.map(({ example }) => example), Array.from({ length: 20 }, (_, i) => i));
});
