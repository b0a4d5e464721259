import { assert, assertEquals } from "@std/assert";
import { AdaptedModel } from "../../lib/continual/adapted_model.ts";
import { gorp } from "../../lib/continual/methods/gorp.ts";
import { TrainStep } from "../../lib/continual/train_step.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import type { LlamaModel } from "../../lib/models/llama/llama_model.ts";
import { storedWeights } from "../../lib/models/packed_weights.ts";
import { adam } from "../../lib/optim/adam.ts";
import { Random } from "../../lib/tensor/random.ts";
import { assertClose } from "../kernels/close.ts";
import { tinyLlama } from "../models/tiny_llama.ts";

const BATCH = {
  ...{ size: 2, sourceLength: 3, targetLength: 2 },
  inputIds: new Int32Array([5, 6, 7, 8, 0, 0]),
  attentionMask: new Int32Array([1, 1, 1, 1, 0, 0]),
  labels: new Int32Array([9, 2, 2, -100]),
};

/** Two tasks of three steps, with the same fresh A for a module whatever the groups. */
function trained(model: LlamaModel, blockBytes?: number) {
  const method = gorp({
    options: { loraRank: 2, projectionRank: 2, refreshEvery: 2, loraLearningRate: 0.01 },
  });
  using adapted = new AdaptedModel(model, method, { blockBytes });
  for (const task of [1, 2]) {
    adapted.startTask(new Random(1), {
      prepare: (fresh) => {
        for (const { pairs, group } of fresh.loraGroups) {
          const drawn = group.modules.flatMap((
            { name, columns },
          ) => [...new Random(task, name).normalArray(2 * columns)]);
          pairs.start(new Float32Array(drawn));
        }
        method.startTask?.(fresh);
      },
    });
    using step = new TrainStep(adapted, BATCH, { steps: 3, adam: adam(method.adam).options });
    for (let t = 1; t <= 3; t++) assert(step.run(BATCH, t));
    method.endTask?.(adapted);
  }
  assert(adapted.isFinite());
  return {
    blocks: adapted.arena.blocks.length,
    groups: [adapted.loraGroups.length, adapted.fullRankGroups.length],
    weights: storedWeights(model.layout, adapted.weights),
    pairs: adapted.storedPairs().toSorted((a, b) => a.module < b.module ? -1 : 1),
  };
}

Deno.test("weights in several buffers are trained as in one", async () => {
  using gpu = await openGpu();
  using model = tinyLlama(gpu, 1, { layers: 3 });
  const whole = trained(model);
  assertEquals([whole.blocks, whole.groups], [1, [2, 1]]);
  const before = storedWeights(model.layout, model.weights);
  for (const [blockBytes, blocks] of [[1, 6], [4000, 3]]) {
    const split = trained(model, blockBytes);
    assertEquals(split.blocks, blocks);
    assert(split.groups[0] > 2 && split.groups[1] > 1);
    for (const [name, { data }] of whole.weights) {
      assertClose(split.weights.get(name)!.data, data, { name: `${name} in blocks of ${blockBytes} bytes` });
    }
    split.pairs.forEach(({ module, a, b }, i) => {
      assertEquals(module, whole.pairs[i].module);
      assertClose(a, whole.pairs[i].a, { name: `A of ${module}` });
      assertClose(b, whole.pairs[i].b, { name: `B of ${module}` });
    });
  }
  const changed = [...whole.weights].filter(([name, { data }]) =>
    data.some((value, i) => value !== before.get(name)!.data[i])
  ).map(([name]) => name.split(".").at(-2));
  assertEquals([...new Set(changed)].sort(), ["gate_proj", "q_proj", "v_proj"]);
});
