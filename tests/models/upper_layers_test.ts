import { assert, assertEquals, assertThrows } from "@std/assert";
import { AdaptedModel } from "../../lib/continual/adapted_model.ts";
import { gorp } from "../../lib/continual/methods/gorp.ts";
import { TrainStep } from "../../lib/continual/train_step.ts";
import { type Gpu, openGpu } from "../../lib/gpu/gpu.ts";
import type { LanguageModel, TokenRows } from "../../lib/models/language_model.ts";
import { UpperLayers } from "../../lib/models/llama/upper_layers.ts";
import { Random } from "../../lib/tensor/random.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { assertClose } from "../kernels/close.ts";
import { tinyLlama } from "./tiny_llama.ts";

const EXTENTS = { size: 3, sourceLength: 6, targetLength: 3 };

/** A model of three layers; the same one for the same device. */
const threeLayers = (gpu: Gpu) => tinyLlama(gpu, 4, { layers: 3 });

function batches(count: number): TokenRows[] {
  const random = new Random(9);
  return Array.from({ length: count }, () => {
    const ids = (length: number) => Int32Array.from({ length }, () => 3 + random.integer(15));
    const attentionMask = Int32Array.from({ length: 18 }, (_, i) => Number(i % 6 >= Math.floor(i / 6)));
    return { ...EXTENTS, inputIds: ids(18), attentionMask, labels: ids(9) };
  });
}

function logitsOf(model: LanguageModel, rows: TokenRows): Float32Array {
  return scope(model.gpu, () => {
    const inputs = model.inputs(EXTENTS);
    inputs.load(rows);
    const logits = model.forward(inputs).readFloats();
    inputs[Symbol.dispose]();
    return logits;
  });
}

Deno.test("the upper layers over kept hidden states give the logits of the whole model", async () => {
  using gpu = await openGpu();
  using whole = threeLayers(gpu);
  for (const count of [1, 2, 3]) {
    const upper = new UpperLayers(whole, count);
    for (const rows of [...batches(2), ...batches(1)]) { // the last one is known already
      assertClose(logitsOf(upper, rows), logitsOf(whole, rows), { name: `${count} upper layers` });
    }
  }
});

Deno.test("training the upper layers is training these layers of the whole model", async () => {
  using gpu = await openGpu();
  const layers = "model.layers.[12].";
  const targets = {
    loraTargets: String.raw`${layers}self_attn.(q|v)_proj`,
    fullRankTargets: String.raw`${layers}mlp.gate_proj`,
  };
  const shared = { loraRank: 2, projectionRank: 2, refreshEvery: 3 };
  const rows = batches(3);
  const before = gpu.liveBuffers;
  const [whole, upper] = [false, true].map((isUpper) => {
    const base = threeLayers(gpu);
    using model: LanguageModel = isUpper ? new UpperLayers(base, 2) : base;
    const method = gorp({ profile: "covariance", options: { ...shared, ...(isUpper ? {} : targets) } });
    using adapted = new AdaptedModel(model, method);
    adapted.startTask(new Random(1));
    const adam = { beta1: 0.9, beta2: 0.999, eps: 1e-6, epsPlacement: "outside" } as const;
    using step = new TrainStep(adapted, EXTENTS, { steps: 9, adam });
    for (let t = 1; t <= 9; t++) step.run(rows[t % 3], t);
    return { losses: step.losses(1, 9), trained: adapted.trainedWeights };
  });
  assertEquals(upper.trained, whole.trained);
  assertClose(upper.losses, whole.losses, { name: "losses", tolerance: 1e-4 });
  assert(whole.losses[8] < whole.losses[2], "something was learned");
  assertEquals(gpu.liveBuffers, before);
});

Deno.test("a model cannot be trained in more layers than it has", async () => {
  using gpu = await openGpu();
  using whole = threeLayers(gpu);
  assertThrows(() => new UpperLayers(whole, 4), RangeError, "it has 3");
  assertThrows(() => new UpperLayers(whole, 0), RangeError, "Cannot train 0 layers");
});
