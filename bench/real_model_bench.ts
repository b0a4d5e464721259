/**
 * Times loading, a GORP step (B+L+S) and greedy generation on models of real size, beside PyTorch.
 *
 * Run with `deno run -A bench/real_model_bench.ts [t5-small|FOLDER] [--profile] [--f16] [--factored] [--step]`. FOLDER is a Hugging
 * Face folder, such as that of SmolLM2-135M; `t5-small` a random model of T5-small's shape (60 M weights). `--f16` keeps
 * frozen weights in float16, `--factored` LoRA pairs beside their weights; `--step` leaves generation out. With
 * `GORP_PYTHON` set to a Python with PyTorch and transformers, the peer in `peers/torch_real_model.py` runs in turn.
 *
 * Batches have 8 rows of 64 tokens. A step's time is the least of several; the one in which projections are
 * refreshed stands apart.
 */
import process from "node:process";
import { AdaptedModel } from "../lib/continual/adapted_model.ts";
import { gorp } from "../lib/continual/methods/gorp.ts";
import { TrainStep } from "../lib/continual/train_step.ts";
import { type Gpu, openGpu } from "../lib/gpu/gpu.ts";
import { adam } from "../lib/optim/adam.ts";
import { generate, type GenerativeModel, type Prompts } from "../lib/models/generate.ts";
import type { LanguageModel, TokenRows } from "../lib/models/language_model.ts";
import { loadModel } from "../lib/models/load_model.ts";
import { createT5 } from "../lib/models/t5/t5_model.ts";
import { recorded } from "../lib/tensor/recorded.ts";
import { Random } from "../lib/tensor/random.ts";

type Model = LanguageModel & GenerativeModel;

const T5_SMALL = {
  ...{ vocabularySize: 32128, width: 512, heads: 8, headWidth: 64, feedForwardWidth: 2048 },
  ...{ encoderLayers: 6, decoderLayers: 6, buckets: 32, maxDistance: 128, eps: 1e-6, tied: true },
  ...{ activation: "relu" as const, padId: 0, eosId: 1, decoderStartId: 0 },
};
const [ROWS, LENGTH, STEPS] = [8, 64, 4];

function randomBatch(model: Model, random: Random): TokenRows {
  const targetLength = model.architecture === "t5" ? 8 : 4;
  const sourceLength = model.architecture === "t5" ? LENGTH : LENGTH + 1 - targetLength;
  const ids = (count: number) => Int32Array.from({ length: count }, () => 3 + random.integer(30_000));
  return {
    ...{ size: ROWS, sourceLength, targetLength },
    inputIds: ids(ROWS * sourceLength),
    attentionMask: new Int32Array(ROWS * sourceLength).fill(1),
    labels: ids(ROWS * targetLength),
  };
}

function seconds(body: () => void): number {
  const start = performance.now();
  body();
  return (performance.now() - start) / 1000;
}

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function timeSteps(
  gpu: Gpu,
  model: Model,
  { profiled, factored }: { readonly profiled: boolean; readonly factored: boolean },
): { refresh: number; step: number; processor: number; launches: number } {
  const random = new Random(1);
  const method = gorp({ options: factored ? { loraForm: "factored" } : {} });
  using adapted = new AdaptedModel(model, method);
  adapted.startTask(random, { prepare: method.startTask });
  const batch = randomBatch(model, random);
  using step = new TrainStep(adapted, batch, { steps: 2 * STEPS, adam: adam(method.adam).options });
  const run = (t: number) =>
    seconds(() => {
      step.run(batch, t);
      if (!step.losses(t, t).every(Number.isFinite)) throw new Error("The loss is no number.");
    });
  run(1); // compiles
  const refresh = run(1);
  const before = processorSeconds();
  const times = Array.from({ length: STEPS }, (_, i) => run(i + 2));
  const processor = (processorSeconds() - before) / STEPS;
  if (profiled) {
    const profiler = gpu.startProfiling();
    run(STEPS + 2);
    for (const { kernel, grid, count, milliseconds } of profiler.report().slice(0, 30)) {
      console.log(
        `${kernel} ${grid}`.padEnd(50) + `${count}`.padStart(6) + milliseconds.toFixed(0).padStart(8),
      );
    }
    gpu.stopProfiling();
  }
  return { refresh, step: Math.min(...times), processor, launches: step.dispatches };
}

/** Ten tokens with the cache, and by reading the whole text again for each. */
function timeGeneration(gpu: Gpu, model: Model): { cached: number; again: number } {
  const { inputIds, size, sourceLength } = randomBatch(model, new Random(2));
  const prompts: Prompts = {
    size,
    sourceLength,
    inputIds,
    attentionMask: new Int32Array(inputIds.length).fill(1),
  };
  const write = () => generate(model, prompts, { maxNewTokens: 10, eosIds: [] });
  write();
  const cached = Math.min(seconds(write), seconds(write));
  const extents = { ...prompts, targetLength: 5, labels: new Int32Array(5 * size).fill(-100) };
  using inputs = model.inputs(extents); // a text of the mean length of the ten
  inputs.load(extents);
  using reading = recorded(gpu, () => model.forward(inputs).view([1]));
  const once = () => seconds(() => reading.replay().read());
  once();
  return { cached, again: 10 * Math.min(once(), once()) };
}

function peer(kind: string): { step: number; generation: number } | null {
  const python = Deno.env.get("GORP_PYTHON");
  if (!python) return null;
  const script = new URL("peers/torch_real_model.py", import.meta.url).pathname;
  const { stdout, success } = new Deno.Command(python, { args: [script, kind], stderr: "inherit" })
    .outputSync();
  return success ? JSON.parse(new TextDecoder().decode(stdout).trim().split("\n").at(-1)!) : null;
}

function report(name: string, ours: number, theirs?: number): void {
  const ratio = theirs ? `${theirs.toFixed(2)} s`.padStart(12) + (ours / theirs).toFixed(2).padStart(8) : "";
  console.log(name.padEnd(44) + `${ours.toFixed(2)} s`.padStart(10) + ratio);
}

if (import.meta.main) {
  const options = Deno.args.filter((argument) => argument.startsWith("-"));
  const [kind = Deno.env.get("GORP_SMOLLM2") ?? "t5-small"] = Deno.args.filter((argument) =>
    !argument.startsWith("-")
  );
  using gpu = await openGpu();
  const weights = options.includes("--f16") ? "f16" : "f32";
  let model: Model | undefined;
  const load = () => {
    model?.[Symbol.dispose]();
    model = kind === "t5-small"
      ? createT5(gpu, T5_SMALL, { random: new Random(1) })
      : loadModel(gpu, kind, { weights });
    gpu.flush();
    model.weights[model.layout.at(-1)!.key].view([1]).read();
  };
  const loading = [seconds(load), seconds(load)];
  if (kind !== "t5-small") {
    const reading = seconds(() => void Deno.readFileSync(`${kind}/model.safetensors`));
    report("loading, the second time; reading the file", loading[1], reading);
  }
  const theirs = peer(kind);
  const step = timeSteps(gpu, model!, {
    profiled: options.includes("--profile"),
    factored: options.includes("--factored"),
  });
  report(`a step, ${step.launches} launches; PyTorch`, step.step, theirs?.step);
  report("a step with refreshed projections", step.refresh);
  report("processor time of a step", step.processor);
  if (!options.includes("--step")) {
    const generation = timeGeneration(gpu, model!);
    report("ten tokens with the cache; PyTorch", generation.cached, theirs?.generation);
    report("ten tokens without it", generation.again);
  }
  const status = Deno.readTextFileSync("/proc/self/status");
  console.log(
    `peak memory ${(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1e6).toFixed(2)} GB; ` +
      `load ${Deno.loadavg()[0].toFixed(1)} on ${navigator.hardwareConcurrency} cores; ${gpu.name}`,
  );
  model![Symbol.dispose]();
}
