/** Trains on two tasks for a few steps and prints the peaks of the device and of the process: `peak_of_run.ts DIR SOURCE TARGET ROWS RECOMPUTE`. */
import { gorp } from "../../lib/continual/methods/gorp.ts";
import { AdaptedModel } from "../../lib/continual/adapted_model.ts";
import { Evaluator } from "../../lib/continual/evaluator.ts";
import { TrainStep } from "../../lib/continual/train_step.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { loadModel } from "../../lib/models/load_model.ts";
import type { LanguageModel } from "../../lib/models/language_model.ts";
import { adam } from "../../lib/optim/adam.ts";
import { Random } from "../../lib/tensor/random.ts";

function highWater(): number {
  const [, kibibytes] = /VmHWM:\s*(\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))!;
  return 1024 * Number(kibibytes);
}

function randomRows(extents: { size: number; sourceLength: number; targetLength: number }) {
  const random = new Random(1);
  const ids = (count: number) => Int32Array.from({ length: count }, () => 3 + random.integer(100));
  const { size, sourceLength, targetLength } = extents;
  return {
    ...extents,
    inputIds: ids(size * sourceLength),
    attentionMask: new Int32Array(size * sourceLength).fill(1),
    labels: ids(size * targetLength),
  };
}

const [folder, ...numbers] = Deno.args;
const [sourceLength, targetLength, size, recompute] = numbers.map(Number);
using gpu = await openGpu();
using model = loadModel(gpu, folder) as LanguageModel;
const method = gorp();
using adapted = new AdaptedModel(model, method);
const lengths = { sourceLength, targetLength };
using evaluator = new Evaluator(model, adapted.weights, { size, ...lengths });
for (let task = 1; task <= 2; task++) {
  evaluator.answers(randomRows({ size, ...lengths }));
  adapted.startTask(new Random(1), { prepare: method.startTask });
  const options = { steps: 2, adam: adam(method.adam).options, recompute: recompute === 1 };
  using step = new TrainStep(adapted, { size, ...lengths }, options);
  for (let t = 1; t <= 2; t++) step.run(randomRows({ size, ...lengths }), t);
  if (!step.losses(1, 2).every(Number.isFinite)) throw new Error("The loss is not finite.");
  method.endTask?.(adapted);
}
console.log(JSON.stringify({ device: gpu.memory.peak, process: highWater(), software: gpu.software }));
