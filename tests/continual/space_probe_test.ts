import { assert, assertEquals } from "@std/assert";
import { performRun } from "../../lib/continual/perform_run.ts";
import type { RunEvent } from "../../lib/continual/run_events.ts";
import { runSequence } from "../../lib/continual/run_sequence.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { tinyModel, tinyPlan } from "./tiny_plan.ts";

const probes = (events: readonly RunEvent[]) => events.filter((event) => event.kind === "probed");
const losses = (events: readonly RunEvent[]) =>
  events.flatMap((event) => event.kind === "steps" ? [...event.losses] : []);

Deno.test("probing changes nothing of a run and leaves nothing behind", async () => {
  using gpu = await openGpu();
  using model = tinyModel(gpu);
  for (const profile of ["aligned", "paper", "covariance"] as const) {
    const plan = tinyPlan(model, { profile }, { tasks: 2 });
    const before = gpu.liveBuffers;
    const probed = [...runSequence(plan, { probeEvery: 5 })];
    assertEquals(gpu.liveBuffers, before);
    assertEquals(losses(probed), losses([...runSequence(plan)]));
    assertEquals(probes(probed).map(({ task, step }) => [task, step]), [
      ...[[1, 1], [1, 6], [1, 11], [2, 1], [2, 6], [2, 11]],
    ]);
  }
});

Deno.test("before the first task has ended nothing is removed, then something is, at angles in order", async () => {
  using gpu = await openGpu();
  using model = tinyModel(gpu);
  const events = probes([...runSequence(tinyPlan(model, {}, { tasks: 2 }), { probeEvery: 5 })]);
  for (const { task, layers } of events) {
    assertEquals(layers.length, 6);
    for (const { shareRemoved, angles } of layers) {
      if (task === 1) assert(!shareRemoved && angles.length === 0); // 0, or null where B is zero
      assert(angles.every((angle, i) => angle >= 0 && angle <= Math.PI / 2 && angle >= (angles[i - 1] ?? 0)));
    }
  }
  const second = events.filter(({ task, step }) => task === 2 && step > 1).flatMap(({ layers }) => layers);
  assert(second.every(({ shareRemoved }) => shareRemoved! > 0 && shareRemoved! <= 1));
  const withoutSpace = runSequence(tinyPlan(model, { variant: "B+L" }, { tasks: 1 }), { probeEvery: 1 });
  assertEquals(probes([...withoutSpace]), []);
});

Deno.test("what probes find is recorded, angles in radians", async () => {
  const out = await Deno.makeTempDir();
  try {
    using gpu = await openGpu();
    using model = tinyModel(gpu);
    const { run } = await performRun(tinyPlan(model, {}, { tasks: 2 }), { out, probeEvery: 5 });
    const shares = run.metricNames().filter((name) => name.startsWith("shareRemoved/"));
    assertEquals(shares.length, 6);
    const angles = run.metrics().filter(({ metric }) => metric.startsWith("principalAngle1/"));
    assert(
      angles.length > 0 &&
        angles.every(({ task, value }) => task === 2 && value >= 0 && value <= Math.PI / 2),
    );
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});
