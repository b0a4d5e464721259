import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { crossEntropy } from "../../lib/autograd/ops/cross_entropy.ts";
import { requireOwnProducts, setProduct } from "../../lib/autograd/own_product.ts";
import { Tape } from "../../lib/autograd/tape.ts";
import { AdaptedModel, type AdaptedOptions } from "../../lib/continual/adapted_model.ts";
import { chooseLoraForm } from "../../lib/continual/lora_form.ts";
import { gorp } from "../../lib/continual/methods/gorp.ts";
import type { GorpOptions } from "../../lib/continual/methods/gorp_options.ts";
import { performRun } from "../../lib/continual/perform_run.ts";
import { runConfiguration } from "../../lib/continual/run_configuration.ts";
import { TEXT_OPTIONS } from "../../lib/continual/text_experiment.ts";
import { type StepOptions, TrainStep } from "../../lib/continual/train_step.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { rehearsalGpu } from "../../lib/gpu/rehearsal.ts";
import { pairKey, readAdapter } from "../../lib/models/adapter.ts";
import { tensorPairs } from "../../lib/models/adapter_weights.ts";
import type { LanguageModel } from "../../lib/models/language_model.ts";
import { placesOf, type Weights } from "../../lib/models/layout.ts";
import { emptyModel, type LoadedModel, loadModel } from "../../lib/models/load_model.ts";
import { targetModules } from "../../lib/models/target_modules.ts";
import { loraLinear } from "../../lib/nn/lora_linear.ts";
import { adam } from "../../lib/optim/adam.ts";
import { Random } from "../../lib/tensor/random.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { tensor } from "../../lib/tensor/tensor.ts";
import { readGoldenCase } from "../../lib/verify/golden_case.ts";
import { counted, passOf } from "../../lib/verify/model_pass.ts";
import { caseFolders, sharedCases } from "../golden_case.ts";
import { assertClose } from "../kernels/close.ts";
import { tinyLlama } from "../models/tiny_llama.ts";
import { tinyT5 } from "../models/tiny_t5.ts";
import { tinyModel, tinyPlan } from "./tiny_plan.ts";

const ROWS = randomRows({ size: 4, sourceLength: 6, targetLength: 5 });

function randomRows(extents: { size: number; sourceLength: number; targetLength: number }) {
  const random = new Random(9);
  const ids = (count: number) => Int32Array.from({ length: count }, () => 3 + random.integer(30));
  const { size, sourceLength, targetLength } = extents;
  const attentionMask = new Int32Array(size * sourceLength).fill(1);
  attentionMask.set([0, 0], sourceLength - 2);
  const labels = ids(size * targetLength);
  labels[targetLength - 1] = -100;
  return { ...extents, inputIds: ids(size * sourceLength), attentionMask, labels };
}

/** Three tasks of three steps: losses, the first gradients of each task, and at last pairs and loss. */
function train(
  model: LanguageModel,
  options: Partial<GorpOptions>,
  how: AdaptedOptions & StepOptions = {},
) {
  const sizes = { loraRank: 2, loraAlpha: 4, refreshEvery: 100, loraLearningRate: 0.01 };
  // S and singular vectors would amplify rounding; the golden runs have them
  const method = gorp({ variant: "B+L", options: { ...sizes, projectionRank: 8, eps: 1e-3, ...options } });
  using adapted = new AdaptedModel(model, method, how);
  const results: Record<string, Float32Array> = {};
  for (const task of [1, 2, 3]) {
    adapted.startTask(new Random(1), { prepare: method.startTask });
    using step = new TrainStep(adapted, ROWS, { ...how, steps: 3, adam: adam(method.adam).options });
    const beforeUpdate = () => {
      adapted.loraGroups.forEach((lora, i) => {
        const { a, b } = scope(model.gpu, () => {
          const gradients = lora.gradients(adapted.arena);
          return { a: gradients.a.readFloats(), b: gradients.b.readFloats() };
        });
        Object.assign(results, { [`dA ${i} task ${task}`]: a, [`dB ${i} task ${task}`]: b });
      });
    };
    assert(step.run(ROWS, 1, { beforeUpdate }) && step.run(ROWS, 2) && step.run(ROWS, 3));
    results[`losses ${task}`] = step.losses(1, 3);
    method.endTask?.(adapted);
  }
  for (const { module, a, b } of adapted.storedPairs()) results[`A and B of ${module}`] = joined(a, b);
  using inputs = model.inputs(ROWS);
  inputs.load(ROWS);
  results["logits"] = scope(model.gpu, () => model.forward(inputs, adapted.weights).readFloats());
  assert(adapted.isFinite());
  return { results, factored: adapted.factored, copies: adapted.arena.blocks.length };
}

function joined(...parts: Float32Array[]): Float32Array {
  return new Float32Array(parts.flatMap((part) => [...part]));
}

const HOW: Readonly<Record<string, AdaptedOptions & StepOptions>> = {
  "as usual": {},
  "layerwise": { layerwise: true },
  "recompute": { recompute: true },
  "layerwise, recompute, micro-batches": { layerwise: true, recompute: true, microBatches: 2 },
};

const MODELS: Readonly<Record<string, [(gpu: Awaited<ReturnType<typeof openGpu>>) => LoadedModel, string?]>> =
  {
    "T5": [(gpu) => tinyT5(gpu, 5)],
    "T5, pairs on all linear layers": [
      (gpu) => tinyT5(gpu, 6, { decoderLayers: 2 }),
      TEXT_OPTIONS.loraTargets!,
    ],
    "T5 with gated layers": [(gpu) => tinyT5(gpu, 7, { activation: "gated-gelu", tied: false })],
    "LLaMA": [(gpu) => tinyLlama(gpu, 3)],
  };

for (const [name, [make, targets]] of Object.entries(MODELS)) {
  Deno.test(`pairs beside their weights learn what merged ones learn: ${name}`, async () => {
    using gpu = await openGpu();
    using model = make(gpu);
    const options = targets ? { loraTargets: targets } : {};
    for (const [form, how] of Object.entries(HOW)) {
      const wanted = train(model, { ...options, loraForm: "merged" }, how);
      const found = train(model, { ...options, loraForm: "factored" }, how);
      assertEquals([wanted.factored, found.factored], [false, true]);
      assertEquals(Object.keys(found.results), Object.keys(wanted.results));
      for (const [what, values] of Object.entries(wanted.results)) {
        assertClose(found.results[what], values, { name: `${form}: ${what}`, tolerance: 1e-4 });
      }
    }
  });
}

Deno.test("weights packed in float16 stay where they are, and compute what their unpacked numbers do", async () => {
  using gpu = await openGpu();
  const folder = Deno.makeTempDirSync();
  try {
    for (const make of [() => tinyLlama(gpu, 3), () => tinyT5(gpu, 5)]) {
      using model = make();
      model.save(folder, { dtype: "F16" });
      using plain = loadModel(gpu, folder);
      using packed = loadModel(gpu, folder, { weights: "f16" });
      for (const variant of [{}, { fullRankTargets: ".*(wi|wo|up_proj).*", keepFullRank: false }]) {
        const wanted = train(plain, { loraForm: "factored", ...variant });
        const found = train(packed, variant);
        assert(found.factored && found.copies === 1);
        for (const [what, values] of Object.entries(wanted.results)) {
          assertClose(found.results[what], values, { name: what, tolerance: 1e-4 });
        }
      }
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("of weights in float16 and of wide ones only the trained rows are copied", async () => {
  const configs = new URL("../models/configs", import.meta.url).pathname;
  using rehearsal = rehearsalGpu();
  using llama = emptyModel(rehearsal, `${configs}/llama2-7b`);
  using adapted = new AdaptedModel(llama, gorp());
  const copied = adapted.arena.blocks.reduce((sum, { effective }) => sum + effective.size, 0);
  assertEquals(copied, 32 * 11008 * 4096, "the gates of 32 layers, not what they are packed with");

  using gpu = await openGpu();
  const folder = Deno.makeTempDirSync();
  try {
    using model = tinyLlama(gpu, 3);
    model.save(folder);
    using packed = loadModel(gpu, folder, { weights: "f16" });
    using few = new AdaptedModel(packed, gorp());
    assertEquals(few.arena.weights["0.feedInner"].shape, [14, 12]);
    using whole = new AdaptedModel(model, gorp({ options: { loraForm: "factored" } }));
    assertEquals(whole.arena.weights["0.feedInner"].shape, [28, 12], "narrow ones are multiplied at once");
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("pairs beside their weights give PEFT's logits and gradients", async () => {
  using gpu = await openGpu();
  const root = sharedCases("lora");
  for (const place of root ? caseFolders(root, "lora") : []) {
    const golden = readGoldenCase(place);
    const { config, folder } = golden;
    using model = loadModel(gpu, `${folder}/${config.model ?? "model"}`);
    using pass = passOf(model, golden);
    scope(gpu, () => {
      const tape = new Tape();
      const places = placesOf(model.layout);
      const pairs = tensorPairs(gpu, readAdapter(`${folder}/${config.adapter ?? "adapter"}`).pairs).map(
        ({ module, a, b, scaling }) => {
          const { weight: { key }, part: { row } } = places.get(`${module}.weight`)!;
          const scaledB = tensor(gpu, b.readFloats().map((value) => scaling * value), b.shape);
          return { module, key, row, scaling, a: tape.watch(a), b: tape.watch(scaledB) };
        },
      );
      const weights: Record<string, Weights[string]> = { ...model.weights };
      for (const [key, on] of Map.groupBy(pairs, ({ key }) => key)) {
        const weight = model.weights[key];
        weights[key] = weight.view(weight.shape);
        const product = (x: Weights[string], how: object) =>
          loraLinear(x, { weight, pairs: on, scale: 1 }, how);
        setProduct(weights[key], product, on.flatMap(({ a, b }) => [a, b]));
      }
      const logits = pass.forward(weights);
      requireOwnProducts(Object.values(weights));
      tape.backward(crossEntropy(logits, pass.labels));
      const compare = (name: string, found: ArrayLike<number>, wanted: ArrayLike<number>) =>
        assertClose(found, wanted, { name: `${golden.record.name} ${name}`, tolerance: 2e-5 });
      const wanted = golden.tensor("logits").data;
      compare("logits", Array.from(counted(pass, logits.readFloats())), Array.from(counted(pass, wanted)));
      for (const { module, a, b, scaling } of pairs) {
        const [gradA, gradB] = [a, b].map((factor) => tape.gradient(factor).readFloats());
        const nameOf = (side: "A" | "B") => `grad.${pairKey(module, side)}`;
        compare(nameOf("A"), gradA, golden.floats(nameOf("A")));
        compare(nameOf("B"), gradB.map((value) => scaling * value), golden.floats(nameOf("B")));
      }
    });
  }
});

Deno.test("a run in either form tests alike, and continues with the pairs of all earlier tasks", async () => {
  using gpu = await openGpu();
  using model = tinyModel(gpu);
  const out = Deno.makeTempDirSync();
  try {
    const planOf = (loraForm: GorpOptions["loraForm"]) =>
      tinyPlan(model, { variant: "B", options: { loraForm } }, { tasks: 3, training: { steps: 4 } });
    const [merged, whole] = [
      await performRun(planOf("merged"), { out: `${out}/whole` }),
      await performRun(planOf("factored"), { out: `${out}/whole` }),
    ];
    assertEquals(whole.run.accuracyMatrix(), merged.run.accuracyMatrix());
    const controller = new AbortController();
    const { signal } = controller;
    const onEvent = (event: { kind: string; task?: number }) =>
      event.kind === "taskEnded" && event.task === 2 && controller.abort();
    await assertRejects(
      () => performRun(planOf("factored"), { out: `${out}/parts`, signal, onEvent }),
      DOMException,
    );
    const parts = await performRun(planOf("factored"), { out: `${out}/parts` });
    assertEquals(parts.run.accuracyMatrix(), whole.run.accuracyMatrix());
    assertEquals(parts.run.metrics("loss"), whole.run.metrics("loss"));
  } finally {
    Deno.removeSync(out, { recursive: true });
  }
});

Deno.test("the form is chosen by size, packing and dropout, and left open it does not name a run", async () => {
  const configs = new URL("../models/configs", import.meta.url).pathname;
  for (const [name, form] of [["t5-large", "factored"], ["llama2-7b", "factored"]] as const) {
    using gpu = rehearsalGpu();
    using model = emptyModel(gpu, `${configs}/${name}`);
    const { lora } = gorp();
    assertEquals(chooseLoraForm(model, lora!, targetModules(model.layout, model.defaultTargets.lora)), form);
  }
  using gpu = await openGpu();
  using model = tinyModel(gpu);
  const idOf = (options: Partial<GorpOptions>) => runConfiguration(tinyPlan(model, { options })).runId;
  assertEquals(idOf({ loraForm: "auto" }), idOf({}));
  assert(idOf({ loraForm: "factored" }) !== idOf({}));
  const isFactored = (options: Partial<GorpOptions>) => {
    using adapted = new AdaptedModel(model, gorp({ options }));
    return adapted.factored;
  };
  assertEquals([{}, { loraDropout: 0.1 }, { loraForm: "factored" as const }].map(isFactored), [
    false,
    true,
    true,
  ]);
  assertThrows(
    () => gorp({ options: { loraForm: "merged", loraDropout: 0.1 } }),
    RangeError,
    "loraDropout=0",
  );
  assertThrows(
    () => train(model, { loraForm: "factored", loraTargets: "shared" }),
    RangeError,
    "beside a table whose rows are read",
  );
});
