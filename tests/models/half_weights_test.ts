import { assert, assertEquals, assertThrows } from "@std/assert";
import { AdaptedModel } from "../../lib/continual/adapted_model.ts";
import { gorp } from "../../lib/continual/methods/gorp.ts";
import { TrainStep } from "../../lib/continual/train_step.ts";
import { type Gpu, openGpu } from "../../lib/gpu/gpu.ts";
import { areFiniteHalves } from "../../lib/models/element_types.ts";
import { generate } from "../../lib/models/generate.ts";
import { type LoadedModel, loadModel } from "../../lib/models/load_model.ts";
import { storedWeights } from "../../lib/models/packed_weights.ts";
import { adam } from "../../lib/optim/adam.ts";
import { Random } from "../../lib/tensor/random.ts";
import { assertClose } from "../kernels/close.ts";
import { tinyLlama } from "./tiny_llama.ts";
import { tinyT5 } from "./tiny_t5.ts";

const ROWS = {
  ...{ size: 2, sourceLength: 3, targetLength: 2 },
  inputIds: new Int32Array([5, 6, 7, 8, 0, 0]),
  attentionMask: new Int32Array([1, 1, 1, 1, 0, 0]),
  labels: new Int32Array([9, 2, 2, -100]),
};

/** Losses of three steps of training, and what is written. */
function results(model: LoadedModel, loraDropout: number) {
  const method = gorp({ options: { loraRank: 2, projectionRank: 2, loraLearningRate: 0.01, loraDropout } });
  using adapted = new AdaptedModel(model, method);
  adapted.startTask(new Random(1), { prepare: method.startTask });
  using step = new TrainStep(adapted, ROWS, { steps: 3, adam: adam(method.adam).options });
  for (let t = 1; t <= 3; t++) assert(step.run(ROWS, t));
  return { losses: step.losses(1, 3), written: generate(model, ROWS, { maxNewTokens: 5 }).ids };
}

Deno.test("weights packed in float16 compute, train and write as their unpacked numbers do", async () => {
  using gpu: Gpu = await openGpu();
  const folder = Deno.makeTempDirSync();
  try {
    const makers = [
      () => tinyLlama(gpu, 3),
      () => tinyLlama(gpu, 4, { tied: true, width: 10, headWidth: 2 }),
      () => tinyT5(gpu, 5),
      () => tinyT5(gpu, 6, { tied: false, activation: "gated-gelu" }),
    ];
    for (const make of makers) {
      using model = make();
      model.save(folder, { dtype: "F16" });
      using plain = loadModel(gpu, folder);
      using packed = loadModel(gpu, folder, { weights: "f16" });
      assert(packed.fingerprint !== plain.fingerprint);
      assertEquals(packed.weights.embedding.dtype, "f16");
      assertEquals(storedWeights(packed.layout, packed.weights), storedWeights(plain.layout, plain.weights));
      for (const loraDropout of [0, 0.5]) {
        const [wanted, found] = [results(plain, loraDropout), results(packed, loraDropout)];
        assertClose(found.losses, wanted.losses, { name: "losses", tolerance: 1e-5 });
        assertEquals(found.written, wanted.written);
      }
    }
    using model = tinyLlama(gpu, 3, { deviation: 1e5 });
    model.save(folder);
    assertThrows(
      () => loadModel(gpu, folder, { weights: "f16" }),
      Deno.errors.InvalidData,
      "the largest of float16",
    );
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("one number beyond float16 is found wherever it stands, and none where there is none", () => {
  const finite = [65504, -65504, 1, -0, 6e-8];
  for (const length of [0, 1, 2, 5, 8]) {
    const halves = Float16Array.from({ length }, (_, i) => finite[i % finite.length]);
    assert(areFiniteHalves(halves), `${length} numbers`);
    for (let at = 0; at < length; at++) {
      for (const wrong of [Infinity, -Infinity, NaN, 65520]) {
        const changed = halves.slice();
        changed[at] = wrong;
        assert(!areFiniteHalves(changed), `${wrong} at ${at} of ${length}`);
      }
    }
  }
});
