import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { RunEvent } from "../../lib/continual/run_events.ts";
import { runSequence } from "../../lib/continual/run_sequence.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { embeddedSuite } from "../../lib/tasks/embedded_suite.ts";
import { embeddedTokenizer } from "../../lib/tasks/embedded_tokenizer.ts";
import { encodeSuite } from "../../lib/tasks/encoded_suite.ts";
import type { Example } from "../../lib/tasks/task.ts";
import { tinyModel, tinyPlan } from "./tiny_plan.ts";

/** What happened, in order: how often losses are told depends on how fast steps are. */
const kinds = (events: readonly RunEvent[]) =>
  events.map((event) => event.kind).filter((kind) => kind !== "pause").join(" ").replaceAll(
    /(steps )+/g,
    "steps ",
  );

Deno.test("a run tells its events in order: tests before and after each task, every loss once", async () => {
  using gpu = await openGpu();
  using model = tinyModel(gpu);
  const plan = tinyPlan(model, {}, { tasks: 2, training: { steps: 12, testRows: 7 } });
  const before = gpu.liveBuffers;
  const events = [...runSequence(plan)];
  const task = "compiled taskStarted steps taskTrained tested tested taskEnded";
  assertEquals(kinds(events), `tested tested ${task} ${task}`);
  const tested = events.filter((event) => event.kind === "tested");
  assertEquals(tested.map(({ afterTask, task }) => [afterTask, task]), [[0, 1], [0, 2], [1, 1], [1, 2], [
    2,
    1,
  ], [2, 2]]);
  assert(tested.every(({ answers }) => answers.length === 7));
  assertEquals(tested[0].answers.map(({ example }) => example), [0, 1, 2, 3, 4, 5, 6]);
  const losses = events.filter((event) => event.kind === "steps");
  const told = losses.flatMap(({ task, first, losses }) => Array.from(losses, (_, i) => [task, first + i]));
  assertEquals(told, [1, 2].flatMap((task) => Array.from({ length: 12 }, (_, i) => [task, i + 1])));
  const ended = events.filter((event) => event.kind === "taskEnded");
  assertEquals(ended.map(({ pairs }) => pairs.length), [4, 4]);
  const trained = events.filter((event) => event.kind === "taskTrained");
  for (const { layers } of trained) {
    assertEquals(layers.length, 6);
    for (const { columns, capacity, added, heldBefore, spectrum } of layers) {
      assert(columns >= added && columns <= capacity && heldBefore >= 0 && heldBefore <= 1);
      assert(spectrum.every((value, i) => i === 0 || value <= spectrum[i - 1]));
    }
  }
  assert(trained[0].layers.every(({ heldBefore }) => heldBefore === 0));
  assert(trained[1].layers.some(({ heldBefore }) => heldBefore > 0));
  assertEquals(gpu.liveBuffers, before);
});

Deno.test("stopping is ceasing to iterate: nothing stays behind", async () => {
  using gpu = await openGpu();
  using model = tinyModel(gpu);
  const before = gpu.liveBuffers;
  for (const last of ["pause", "tested", "compiled", "taskStarted", "steps", "taskTrained", "taskEnded"]) {
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
  const first = runSequence(plan).find((event) => event.kind === "tested");
  assertEquals(first?.answers.map(({ example }) => example), Array.from({ length: 20 }, (_, i) => i));
});

Deno.test("tasks of other lengths train and test alike, whether all rows are filled up to the longest or not", async () => {
  using gpu = await openGpu();
  using model = tinyModel(gpu);
  const suite = embeddedSuite("conflict", { tasks: 2, trainRows: 24, devRows: 1, testRows: 11 });
  const [short, long] = suite.tasks.map((task, i) => {
    const longer = (example: Example) => ({
      ...example,
      source: `${"near ".repeat(5 * i)}${example.source}`,
    });
    return { ...task, train: task.train.map(longer), test: task.test.map(longer) };
  });
  const uneven = { ...suite, tasks: [short, long] };
  const [common, own] = [false, true].map((lengthsByTask) => {
    const encoded = encodeSuite(uneven, embeddedTokenizer(), { lengthsByTask });
    const plan = { ...tinyPlan(model, { variant: "B" }), suite: encoded };
    const training = { steps: 6, batchSize: 4, testBatch: 4 };
    return { encoded, events: [...runSequence({ ...plan, training })] };
  });
  assert(own.encoded.tasks[0].lengths.sourceLength < own.encoded.tasks[1].lengths.sourceLength);
  const losses = (events: readonly RunEvent[]) =>
    events.flatMap((e) => e.kind === "steps" ? [...e.losses] : []);
  const wanted = losses(common.events);
  losses(own.events).forEach((loss, i) => assertAlmostEquals(loss, wanted[i], 1e-3));
  const rows = own.events.filter((event) => event.kind === "testing");
  assertEquals(rows.slice(0, 2).map(({ rows, total }) => [rows, total]), [[4, 11], [8, 11]]);
  const tested = own.events.filter((event) => event.kind === "tested");
  assert(
    tested.every(({ answers }) => answers.every(({ example }, i) => example === i) && answers.length === 11),
  );
});
