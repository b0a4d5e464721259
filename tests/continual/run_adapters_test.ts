/** The adapters that a run leaves in its folder. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { GorpChoice } from "../../lib/continual/methods/gorp.ts";
import { performRun } from "../../lib/continual/perform_run.ts";
import type { RunEvent } from "../../lib/continual/run_events.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { readAdapter } from "../../lib/models/adapter.ts";
import { adaptedWeights, mergedWeights, tensorPairs } from "../../lib/models/adapter_weights.ts";
import { storedWeights } from "../../lib/models/packed_weights.ts";
import { RunFolder } from "../../lib/results/run_folder.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { assertNear, logitsWith, peftPython, readWithPeft } from "../models/peft.ts";
import { tinyModel, tinyPlan } from "./tiny_plan.ts";

const CHOICES: readonly GorpChoice[] = [
  { variant: "B" },
  { variant: "B+L+S" },
  { variant: "B+L", profile: "released", options: { fullRankLearningRate: 0.01 } },
  { variant: "B+L", options: { adapters: "single" } },
];

const python = peftPython();

for (const choice of CHOICES) {
  const name = [choice.variant, choice.profile, choice.options?.adapters].filter(Boolean).join(" ");
  Deno.test(`the adapter of a run makes the base model the trained one: ${name}`, async () => {
    using gpu = await openGpu();
    using model = tinyModel(gpu);
    const plan = tinyPlan(model, choice, { tasks: 2 });
    const out = Deno.makeTempDirSync();
    try {
      let trained: ReturnType<typeof storedWeights> | undefined;
      let logits: Float32Array | undefined;
      const onEvent = (event: RunEvent) => {
        if (event.kind !== "taskEnded" || event.task < 2) return;
        trained = storedWeights(model.layout, event.model.weights);
        logits = logitsWith(model, () => event.model.weights);
      };
      const { run } = await performRun(plan, { out, onEvent });
      const folder = `${out}/${run.record.runId}`;
      const adapter = readAdapter(`${folder}/adapter`);
      const merged = mergedWeights(model, adapter);
      for (const [weight, { data }] of storedWeights(model.layout, merged)) {
        assertNear(data, trained!.get(weight)!.data, weight);
      }
      const adapted = scope(gpu, () => {
        const weights = adaptedWeights(model, tensorPairs(gpu, adapter.pairs));
        return storedWeights(model.layout, weights);
      });
      for (const [weight, { data }] of adapted) assertNear(data, trained!.get(weight)!.data, weight);
      const changed = adapter.pairs.filter(({ b, a }) => b.some(Boolean) && a.some(Boolean));
      assertEquals(changed.length, adapter.pairs.length, "every module has learned something");
      for (const [key, weight] of Object.entries(merged)) {
        if (weight !== model.weights[key]) weight.dispose();
      }
      if (python === null || choice.variant !== "B+L+S") return; // starting Python takes seconds
      model.save(`${out}/model`);
      const [view] = readWithPeft(python, `${out}/model`, `${folder}/adapter`);
      assertNear(logits!, view.logits, "logits in PEFT");
    } finally {
      Deno.removeSync(out, { recursive: true });
    }
  });
}

Deno.test("a run that was interrupted leaves the adapter of one that was not", async () => {
  using gpu = await openGpu();
  using model = tinyModel(gpu);
  const plan = tinyPlan(model, {}, { tasks: 2 });
  const out = Deno.makeTempDirSync();
  try {
    const { run } = await performRun(plan, { out: `${out}/whole` });
    const controller = new AbortController();
    const onEvent = (event: RunEvent) => {
      if (event.kind === "taskStarted" && event.task === 2) controller.abort();
    };
    const options = { out: `${out}/parts`, signal: controller.signal, onEvent };
    await assertRejects(() => performRun(plan, options), DOMException);
    await performRun(plan, { out: `${out}/parts` });
    const [whole, parts] = ["whole", "parts"].map((part) =>
      readAdapter(`${new RunFolder(`${out}/${part}/${run.record.runId}`).settled}/adapter`)
    );
    assertEquals(parts, whole);
    assert(whole.pairs.every(({ rank }) => rank >= 4), "two tasks of rank 2 are stacked");
  } finally {
    Deno.removeSync(out, { recursive: true });
  }
});
