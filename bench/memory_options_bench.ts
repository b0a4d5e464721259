/**
 * What the options that save memory save, and what they cost: B+L+S steps with batches of 8 × (64 + 8) tokens. Each form
 * runs in a process of its own; the planned peaks of device and process stand beside the measured ones.
 *
 * Run with `deno run -A bench/memory_options_bench.ts [t5-small|FOLDER] [FORM…]`: a T5 of T5-small's shape with random
 * weights, or the model in a Hugging Face folder; all forms, or some.
 */
import process from "node:process";
import { AdaptedModel } from "../lib/continual/adapted_model.ts";
import { Evaluator } from "../lib/continual/evaluator.ts";
import { planMemory, PROCESS_BYTES } from "../lib/continual/memory_plan.ts";
import { gorp } from "../lib/continual/methods/gorp.ts";
import type { LoraForm } from "../lib/continual/training_plan.ts";
import { type StepOptions, TrainStep } from "../lib/continual/train_step.ts";
import { type Gpu, openGpu } from "../lib/gpu/gpu.ts";
import { rehearsalGpu } from "../lib/gpu/rehearsal.ts";
import { emptyWeights } from "../lib/models/fresh_weights.ts";
import type { LanguageModel } from "../lib/models/language_model.ts";
import { emptyModel, loadModel } from "../lib/models/load_model.ts";
import { t5Layout } from "../lib/models/t5/t5_layout.ts";
import { T5Model } from "../lib/models/t5/t5_model.ts";
import { adam } from "../lib/optim/adam.ts";
import { Random } from "../lib/tensor/random.ts";

const STEPS = 3;
const LENGTHS = { sourceLength: 64, targetLength: 8 };
const SIZE = 8;
const SMALL = {
  ...{ vocabularySize: 32128, width: 512, heads: 8, headWidth: 64, feedForwardWidth: 2048 },
  ...{ encoderLayers: 6, decoderLayers: 6, buckets: 32, maxDistance: 128, activation: "relu" as const },
  ...{ tied: true, eps: 1e-6, padId: 0, eosId: 1, decoderStartId: 0 },
};

interface Form extends StepOptions {
  readonly layerwise: boolean;
  readonly loraForm?: LoraForm;
  readonly weights?: "f32" | "f16";
}

const ALL = { layerwise: true, recompute: true, microBatches: 8 };

const FORMS: Readonly<Record<string, Form>> = {
  "nothing saved": { layerwise: false },
  "layerwise": { layerwise: true },
  "microBatches=4": { layerwise: false, microBatches: 4 },
  "recompute": { layerwise: false, recompute: true },
  "loraForm=factored": { layerwise: false, loraForm: "factored" },
  "weights=f16": { layerwise: false, weights: "f16" },
  "recompute, layerwise, microBatches=8": ALL,
  "… and weights=f16": { ...ALL, weights: "f16" },
};

/** The model; random weights are written a piece at a time, on a rehearsal none. */
function modelOn(gpu: Gpu, name: string, { weights }: Form, rehearsed: boolean): LanguageModel {
  if (name !== "t5-small") return (rehearsed ? emptyModel : loadModel)(gpu, name, { weights });
  const empty = emptyWeights(gpu, t5Layout(SMALL), { weights });
  const piece = new Random(1).uniformArray(1 << 20, -0.05, 0.05);
  const halves = new Float16Array(piece);
  for (const weight of rehearsed ? [] : Object.values(empty)) {
    for (let first = 0; first < weight.size; first += piece.length) {
      const count = Math.min(piece.length, weight.size - first);
      weight.view([count], first).write((weight.dtype === "f16" ? halves : piece).subarray(0, count));
      weight.view([2]).read();
    }
  }
  return new T5Model(gpu, "T5-small shape", SMALL, empty, "random");
}

function methodOf({ loraForm }: Form) {
  return gorp({ options: loraForm ? { loraForm } : {} });
}

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Processor seconds of the cheapest of several steps, and peaks in bytes. */
async function measure(name: string, form: Form) {
  using gpu = await openGpu();
  using model = modelOn(gpu, name, form, false);
  const method = methodOf(form);
  using adapted = new AdaptedModel(model, method, form);
  adapted.startTask(new Random(1), { prepare: method.startTask });
  const extents = { size: SIZE, ...LENGTHS };
  const random = new Random(2);
  const ids = (count: number) => Int32Array.from({ length: count }, () => 3 + random.integer(1000));
  const rowsOf = (size: number) => ({
    ...{ ...extents, size },
    inputIds: ids(size * LENGTHS.sourceLength),
    attentionMask: new Int32Array(size * LENGTHS.sourceLength).fill(1),
    labels: ids(size * LENGTHS.targetLength),
  });
  using evaluator = new Evaluator(model, adapted.weights, { ...extents, size: 1 });
  evaluator.answers(rowsOf(1));
  using step = new TrainStep(adapted, extents, { ...form, steps: STEPS, adam: adam(method.adam).options });
  const rows = rowsOf(SIZE);
  const seconds = Array.from({ length: STEPS }, (_, i) => {
    const started = processorSeconds();
    step.run(rows, i + 1);
    step.losses(i + 1, i + 1);
    return processorSeconds() - started;
  });
  const [, kibibytes] = /VmHWM:\s*(\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))!;
  return {
    seconds: Math.min(...seconds.slice(1)), // the first compiles kernels and refreshes projections
    device: gpu.memory.peak,
    process: 1024 * Number(kibibytes),
  };
}

function planned(like: Gpu, name: string, form: Form): number {
  using gpu = rehearsalGpu(like);
  using model = modelOn(gpu, name, form, true);
  const training = { ...form, batchSize: SIZE, testBatch: 1 };
  return planMemory(model, { method: methodOf(form), training, lengths: LENGTHS, earlierTasks: 0 }).bytes;
}

if (import.meta.main) {
  const [name = "t5-small", ...asked] = Deno.args;
  if (asked[0] === "--measure") {
    console.log(JSON.stringify(await measure(name, FORMS[asked[1]])));
    Deno.exit();
  }
  using gpu = await openGpu();
  const heads = ["cpu s/step", "device/MB", "planned", "off by", "process/MB", "planned", "off by"];
  console.log("form".padEnd(38) + heads.map((head) => head.padStart(11)).join(""));
  for (const [title, form] of Object.entries(FORMS)) {
    if (asked.length > 0 && !asked.includes(title)) continue;
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", import.meta.filename!, name, "--measure", title],
      stderr: "inherit",
    }).output();
    const { seconds, device, process } = JSON.parse(new TextDecoder().decode(stdout));
    const plan = planned(gpu, name, form);
    const pair = (measured: number, planned: number) => [
      ...[measured, planned].map((bytes) => (bytes / 1e6).toFixed(0)),
      `${(100 * (planned / measured - 1)).toFixed(1)} %`,
    ];
    const cells = [seconds.toFixed(2), ...pair(device, plan), ...pair(process, plan + PROCESS_BYTES)];
    console.log(title.padEnd(38) + cells.map((cell) => cell.padStart(11)).join(""));
  }
  console.log(`${gpu.name}; load ${Deno.loadavg()[0].toFixed(1)} on ${navigator.hardwareConcurrency} cores`);
}
