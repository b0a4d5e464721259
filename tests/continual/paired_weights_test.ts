import { assert, assertEquals, assertRejects } from "@std/assert";
import type { GorpOptions } from "../../lib/continual/methods/gorp_options.ts";
import { performRun } from "../../lib/continual/perform_run.ts";
import { runSequence } from "../../lib/continual/run_sequence.ts";
import { TEXT_OPTIONS } from "../../lib/continual/text_experiment.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import type { T5Model } from "../../lib/models/t5/t5_model.ts";
import { tinyModel, tinyPlan } from "./tiny_plan.ts";

const planOf = (model: T5Model, options: Partial<GorpOptions>, training = {}) =>
  tinyPlan(model, { options: { loraLearningRate: 1e-3, fullRankLearningRate: 1e-3, ...options } }, {
    tasks: 2,
    training: { steps: 6, ...training },
  });

function losses(model: T5Model, options: Partial<GorpOptions>, training = {}): number[] {
  return [...runSequence(planOf(model, options, training))].flatMap((event) =>
    event.kind === "steps" ? [...event.losses] : []
  );
}

Deno.test("dropout on what LoRA pairs read", async (test) => {
  using gpu = await openGpu();
  using model = tinyModel(gpu);

  // TEXT_OPTIONS packs pairs and full-rank weights into one matrix. Only B+L: S and singular vectors amplify rounding.
  for (const [name, targets] of [["default targets", {}], ["all linear layers", TEXT_OPTIONS]] as const) {
    await test.step(`a probability of nearly zero computes what no dropout computes: ${name}`, () => {
      const options = { ...targets, projectionRank: 8, refreshEvery: 100, fullRankLearningRate: 1e-4 };
      const without = losses(model, options);
      const nearly = losses(model, { ...options, loraDropout: 1e-12 });
      assertEquals(nearly.length, 12);
      nearly.forEach((loss, i) =>
        assert(Math.abs(loss - without[i]) < 2e-3 * without[i], `${i}: ${loss} ${without[i]}`)
      );
    });
  }

  await test.step("masks change the losses, follow the seed, and differ between micro-batches", () => {
    const half = losses(model, { loraDropout: 0.5 });
    assertEquals(losses(model, { loraDropout: 0.5 }), half);
    const without = losses(model, {});
    assert(half.some((loss, i) => Math.abs(loss - without[i]) > 1e-4));
    assertEquals(half[0], without[0]); // B is zero at first, so that nothing passes the pairs
    const inParts = losses(model, { loraDropout: 0.5 }, { microBatches: 2 });
    assert(inParts.every(Number.isFinite) && inParts.some((loss, i) => Math.abs(loss - half[i]) > 1e-6));
    assertEquals(losses(model, { loraDropout: 0.5 }, { recompute: true }).length, 12);
  });

  await test.step("a resumed run draws the masks that an uninterrupted one draws", async () => {
    const out = Deno.makeTempDirSync();
    try {
      const plan = planOf(model, { loraDropout: 0.3 });
      const whole = await performRun(plan, { out: `${out}/whole` });
      const controller = new AbortController();
      const { signal } = controller;
      const onEvent = ({ kind }: { kind: string }) => kind === "taskEnded" && controller.abort();
      await assertRejects(() => performRun(plan, { out: `${out}/parts`, signal, onEvent }), DOMException);
      const parts = await performRun(plan, { out: `${out}/parts` });
      assertEquals(parts.run.accuracyMatrix(), whole.run.accuracyMatrix());
      assertEquals(parts.run.metrics("loss"), whole.run.metrics("loss"));
    } finally {
      Deno.removeSync(out, { recursive: true });
    }
  });
});
