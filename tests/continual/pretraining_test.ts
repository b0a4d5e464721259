import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { allCases } from "../golden_case.ts";
import { Pretraining } from "../../lib/continual/pretraining.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { storedWeights } from "../../lib/models/packed_weights.ts";
import { loadT5 } from "../../lib/models/t5/t5_model.ts";
import { pickRows } from "../../lib/tasks/encoded_suite.ts";
import { goldenRows } from "../../lib/verify/golden_rows.ts";
import { tinyModel, tinySuite } from "./tiny_plan.ts";

Deno.test("the first step of pre-training is Adam's on the clipped gradients of PyTorch", async () => {
  using gpu = await openGpu();
  for (const golden of allCases("t5")) {
    using model = loadT5(gpu, `${golden.folder}/model`);
    const before = storedWeights(model.layout, model.weights);
    const gradients = new Map(
      [...before.keys()].map((name) => [name, golden.floats(`grad.${name}`)]),
    );
    const norm = Math.hypot(...[...gradients.values()].flatMap((g) => Array.from(g)));
    const [clip, learningRate, eps] = [norm / 2, 1e-2, 1e-3];
    const rows = goldenRows(golden);
    using training = new Pretraining(model, rows, {
      ...{ steps: 4, warmup: 2, clip, learningRate },
      adam: { beta1: 0.9, beta2: 0.98, eps, epsPlacement: "inside" },
    });
    training.run(rows, 1);
    assertAlmostEquals(training.losses(1, 1)[0], golden.floats("loss")[0], 2e-5);
    for (const [name, { data }] of storedWeights(model.layout, training.weights)) {
      const gradient = gradients.get(name)!;
      data.forEach((weight, i) => {
        const g = gradient[i] / 2; // both moments corrected for their bias
        const expected = before.get(name)!.data[i] - 0.5 * learningRate * g / (Math.abs(g) + eps);
        assertAlmostEquals(weight, expected, 2e-5, `${name}[${i}] of t5/${golden.record.name}`);
      });
    }
  }
  assertEquals(gpu.liveBuffers, 0);
});

Deno.test("pre-training learns, leaves the model alone, and continues from its file to the last bit", async () => {
  using gpu = await openGpu();
  using model = tinyModel(gpu);
  const [task] = tinySuite(1).tasks;
  const batches = Array.from(
    { length: 40 },
    (_, i) => pickRows(task.train, [0, 1, 2, 3].map((row) => row + i % 10)),
  );
  const options = { steps: 40, warmup: 5, learningRate: 1e-2 };
  const path = Deno.makeTempFileSync({ suffix: ".safetensors" });
  try {
    const before = storedWeights(model.layout, model.weights);
    using whole = new Pretraining(model, batches[0], options);
    batches.forEach((batch, i) => {
      whole.run(batch, i + 1);
      if (i === 19) whole.save(path, 20);
    });
    const losses = whole.losses(1, 40);
    assert(losses[39] < losses[0] - 1, `${losses[0]} → ${losses[39]}`);
    assertEquals(storedWeights(model.layout, model.weights), before);
    using resumed = new Pretraining(model, batches[0], options);
    assertEquals(resumed.restore(path), 20);
    for (let t = 21; t <= 40; t++) resumed.run(batches[t - 1], t);
    assertEquals(resumed.losses(21, 40), losses.slice(20));
    assertEquals(storedWeights(model.layout, resumed.weights), storedWeights(model.layout, whole.weights));
    using other = tinyModel(gpu, 2);
    using small = new Pretraining(other, batches[0], options);
    assertEquals(small.restore(`${path}.missing`), 0);
    Deno.writeFileSync(path, Deno.readFileSync(path).slice(0, 500));
    assertThrows(() => small.restore(path), Error, path);
  } finally {
    Deno.removeSync(path);
  }
});
