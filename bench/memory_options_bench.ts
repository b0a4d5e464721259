/**
 * What the options that save memory save, and what time they cost: training steps of a T5 of T5-small's shape with random
 * weights, B+L+S, 8 × 64 tokens. Each form runs in a process of its own; the planned peak stands beside the measured one.
 *
 * Run with `deno run -A bench/memory_options_bench.ts`.
 */
import { AdaptedModel } from "../lib/continual/adapted_model.ts";
import { planMemory, PROCESS_BYTES } from "../lib/continual/memory_plan.ts";
import { gorp } from "../lib/continual/methods/gorp.ts";
import { type StepOptions, TrainStep } from "../lib/continual/train_step.ts";
import { type Gpu, openGpu } from "../lib/gpu/gpu.ts";
import { rehearsalGpu } from "../lib/gpu/rehearsal.ts";
import { emptyWeights } from "../lib/models/fresh_weights.ts";
import { t5Layout } from "../lib/models/t5/t5_layout.ts";
import { T5Model } from "../lib/models/t5/t5_model.ts";
import { adam } from "../lib/optim/adam.ts";
import { Random } from "../lib/tensor/random.ts";

const STEPS = 4;
const LENGTHS = { sourceLength: 64, targetLength: 8 };
const SIZE = 8;
const SMALL = {
  ...{ vocabularySize: 32128, width: 512, heads: 8, headWidth: 64, feedForwardWidth: 2048 },
  ...{ encoderLayers: 6, decoderLayers: 6, buckets: 32, maxDistance: 128, activation: "relu" as const },
  ...{ tied: true, eps: 1e-6, padId: 0, eosId: 1, decoderStartId: 0 },
};

type Form = StepOptions & { readonly layerwise: boolean };

const FORMS: Readonly<Record<string, Form>> = {
  "nothing saved": { layerwise: false },
  "layerwise": { layerwise: true },
  "microBatches=4": { layerwise: false, microBatches: 4 },
  "recompute": { layerwise: false, recompute: true },
  "recompute, layerwise": { layerwise: true, recompute: true },
  "recompute, layerwise, microBatches=8": { layerwise: true, recompute: true, microBatches: 8 },
};

/** Small random weights, written a piece at a time; on a rehearsal none. */
function modelOn(gpu: Gpu, fill: boolean): T5Model {
  const weights = emptyWeights(gpu, t5Layout(SMALL));
  const piece = new Random(1).uniformArray(1 << 20, -0.05, 0.05);
  for (const weight of fill ? Object.values(weights) : []) {
    for (let first = 0; first < weight.size; first += piece.length) {
      const values = piece.subarray(0, Math.min(piece.length, weight.size - first));
      weight.view([values.length], first).write(values);
      weight.view([1]).read();
    }
  }
  return new T5Model(gpu, "T5-small shape", SMALL, weights, "random");
}

/** Seconds of the fastest of several steps, and peaks in bytes. */
async function measure(form: Form) {
  using gpu = await openGpu();
  using model = modelOn(gpu, true);
  const method = gorp();
  using adapted = new AdaptedModel(model, method, form);
  adapted.startTask(new Random(1), { prepare: method.startTask });
  const extents = { size: SIZE, ...LENGTHS };
  using step = new TrainStep(adapted, extents, { ...form, steps: STEPS, adam: adam(method.adam).options });
  const random = new Random(2);
  const ids = (count: number) => Int32Array.from({ length: count }, () => 2 + random.integer(1000));
  const rows = {
    ...extents,
    inputIds: ids(SIZE * LENGTHS.sourceLength),
    attentionMask: new Int32Array(SIZE * LENGTHS.sourceLength).fill(1),
    labels: ids(SIZE * LENGTHS.targetLength),
  };
  const seconds = Array.from({ length: STEPS }, (_, i) => {
    const started = performance.now();
    step.run(rows, i + 1);
    step.losses(i + 1, i + 1);
    return (performance.now() - started) / 1000;
  });
  const [, kibibytes] = /VmHWM:\s*(\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))!;
  return {
    seconds: Math.min(...seconds.slice(1)), // the first compiles kernels and refreshes projections
    device: gpu.memory.peak,
    process: 1024 * Number(kibibytes),
  };
}

function planned(like: Gpu, form: Form): number {
  using gpu = rehearsalGpu(like);
  using model = modelOn(gpu, false);
  const training = { ...form, batchSize: SIZE, testBatch: 1 };
  return planMemory(model, { method: gorp(), training, lengths: LENGTHS, earlierTasks: 0 }).bytes;
}

if (import.meta.main) {
  const [asked] = Deno.args;
  if (asked) {
    console.log(JSON.stringify(await measure(FORMS[asked])));
    Deno.exit();
  }
  using gpu = await openGpu();
  console.log(
    "form".padEnd(38) +
      ["s/step", "device/MB", "planned/MB", "process/MB", "planned/MB"].map((x) => x.padStart(12)).join(""),
  );
  for (const [name, form] of Object.entries(FORMS)) {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", import.meta.filename!, name],
    }).output();
    const { seconds, device, process } = JSON.parse(new TextDecoder().decode(stdout));
    const plan = planned(gpu, form);
    const megabytes = [device, plan, process, plan + PROCESS_BYTES].map((x) => (x / 1e6).toFixed(0));
    console.log(name.padEnd(38) + [seconds.toFixed(2), ...megabytes].map((x) => x.padStart(12)).join(""));
  }
  console.log(`${gpu.name}; load ${Deno.loadavg()[0].toFixed(1)} on ${navigator.hardwareConcurrency} cores`);
}
