import { assert, assertEquals } from "@std/assert";
import { planMemory, PROCESS_BYTES } from "../../lib/continual/memory_plan.ts";
import { gorp } from "../../lib/continual/methods/gorp.ts";
import { EMBEDDED_MODEL } from "../../lib/continual/embedded_experiment.ts";
import { type Gpu, openGpu } from "../../lib/gpu/gpu.ts";
import { rehearsalGpu } from "../../lib/gpu/rehearsal.ts";
import { emptyModel } from "../../lib/models/load_model.ts";

const CONFIGS = new URL("../models/configs", import.meta.url).pathname;

function planOf(like: Gpu | undefined, folder: string, changes: Record<string, unknown> = {}) {
  using gpu = rehearsalGpu(like);
  using model = emptyModel(gpu, folder);
  const plan = planMemory(model, {
    method: gorp(),
    training: { batchSize: 8, testBatch: 8, ...changes },
    lengths: { sourceLength: 512, targetLength: 50 },
  });
  return { ...plan, model };
}

/** Peaks of a process that trains and tests the embedded model. */
async function peakOfRun(recompute: boolean) {
  const script = new URL("peak_of_run.ts", import.meta.url).pathname;
  const arguments_ = [EMBEDDED_MODEL, "60", "6", "64", `${Number(recompute)}`];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--quiet", script, ...arguments_],
  }).output();
  assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
  return JSON.parse(new TextDecoder().decode(stdout));
}

for (const recompute of [false, true]) {
  const name = `the plan is the peak of a run, ${
    recompute ? "with layers computed again" : "all layers kept"
  }`;
  Deno.test(`memory: ${name}`, async () => {
    using real = await openGpu();
    using gpu = rehearsalGpu(real);
    using model = emptyModel(gpu, EMBEDDED_MODEL);
    const lengths = { sourceLength: 60, targetLength: 6 };
    const training = { batchSize: 64, testBatch: 64, recompute };
    const plan = planMemory(model, { method: gorp(), training, lengths, earlierTasks: 1 });
    await peakOfRun(recompute); // compiles kernels that are new on this machine, which takes memory of its own
    const peak = await peakOfRun(recompute);
    const ratio = plan.bytes / peak.device;
    assert(Math.abs(ratio - 1) < 0.05, `${plan.bytes} bytes planned, ${peak.device} allocated`);
    if (!peak.software) return; // memory of a GPU is none of the process
    const whole = (plan.bytes + PROCESS_BYTES) / peak.process;
    assert(Math.abs(whole - 1) < 0.15, `${plan.bytes + PROCESS_BYTES} bytes planned, ${peak.process} taken`);
  });
}

Deno.test("memory: published models are planned from config.json, on any GPU", () => {
  const t5 = planOf(undefined, `${CONFIGS}/t5-large`);
  const llama = planOf(undefined, `${CONFIGS}/llama2-7b`);
  // published numbers of weights: 737.7 million and 6.738 billion
  for (const [{ parts }, weights] of [[t5, 737.67e6], [llama, 6738.4e6]] as const) {
    assert(Math.abs(parts.weights / (4 * weights) - 1) < 0.02, `${parts.weights} bytes of weights`);
  }
  for (const plan of [t5, llama]) {
    assertEquals(Object.values(plan.parts).reduce((sum, part) => sum + part, 0), plan.bytes);
    assert(Object.values(plan.parts).every((part) => part >= 0));
  }
  // LLaMA: a layer keeps, for each of 8 · 561 tokens, two norms, packed qvk twice, context, two sums, gate and its product
  const kept = 4 * 8 * 561 * 32 * (2 * 4096 + 2 * 12288 + 4096 + 2 * 4096 + 3 * 11008);
  assert(
    llama.parts.activations > kept && llama.parts.activations < 1.3 * kept,
    `${llama.parts.activations}`,
  );
  const again = planOf(undefined, `${CONFIGS}/llama2-7b`, { recompute: true });
  assert(again.parts.activations < llama.parts.activations / 5);
  const parts = planOf(undefined, `${CONFIGS}/llama2-7b`, { recompute: true, microBatches: 8, testBatch: 1 });
  assert(parts.bytes < again.bytes && parts.parts.activations < again.parts.activations / 3);
});

Deno.test("memory: pairs of earlier tasks that stand beside their weights are counted", () => {
  const adapters = (earlierTasks: number) => {
    using gpu = rehearsalGpu();
    using model = emptyModel(gpu, `${CONFIGS}/t5-large`);
    const lengths = { sourceLength: 16, targetLength: 4 };
    return planMemory(model, { method: gorp(), training: { batchSize: 2 }, lengths, earlierTasks }).parts
      .adapters;
  };
  const pairs = 4 * 96 * 2 * 1024 * 8; // 96 queries and values, A and B of rank 8
  assertEquals([0, 3].map(adapters), [pairs, 4 * pairs]);
});

Deno.test("memory: shared spaces and covariances are counted as the method holds them", () => {
  const spaces = (variant: "B" | "B+S" | "B+L+S", profile: "aligned" | "covariance" = "aligned") => {
    using gpu = rehearsalGpu();
    using model = emptyModel(gpu, `${CONFIGS}/t5-large`);
    const lengths = { sourceLength: 16, targetLength: 4 };
    const method = gorp({ variant, profile });
    const training = { batchSize: 2 };
    return planMemory(model, { method, training, lengths, earlierTasks: 3 }).parts.spaces;
  };
  assertEquals(spaces("B"), 0);
  const lora = 4 * 96 * 1024 * 24; // 96 queries and values of 1024 inputs, three tasks of eight directions
  const full = 4 * 48 * 1024 * 24;
  const expected = [lora, lora + full, lora + full + 4 * (96 + 48) * 1024 ** 2];
  [spaces("B+S"), spaces("B+L+S"), spaces("B+L+S", "covariance")].forEach((bytes, i) => {
    assert(bytes >= expected[i] && bytes < 1.02 * expected[i], `${bytes} bytes for ${expected[i]}`);
  });
});

Deno.test("memory: no kernel reaches more of published models at once than a common GPU lets it", () => {
  const most = 2 ** 31 - 1; // what WebGPU gives on most GPUs
  const forms = [{}, {
    recompute: true,
    microBatches: 8,
    testBatch: 1,
  }];
  for (const name of ["t5-large", "llama2-7b"]) {
    for (
      const [form, weights] of [...forms.map((form) => [form, "f32"] as const), [forms[1], "f16"] as const]
    ) {
      using gpu = rehearsalGpu();
      using model = emptyModel(gpu, `${CONFIGS}/${name}`, { weights });
      const plan = planMemory(model, {
        method: gorp({ options: { keepFullRank: false } }),
        training: { batchSize: 8, testBatch: 8, ...form },
        lengths: { sourceLength: 512, targetLength: 50 },
      });
      const [largest] = plan.pieces;
      assert(largest.binding <= most, `${name} ${weights}: ${JSON.stringify(largest)}`);
      const head = plan.pieces.find(({ part }) => part === "weights")!;
      const bytes = name === "t5-large" ? 4 * 32128 * 1024 : 4 * 32000 * 4096; // the embedding or the head
      const wanted = weights === "f16" ? bytes / 2 : bytes;
      assert(head.binding >= wanted && head.binding <= 1.07 * wanted, `${head.binding} for ${wanted}`);
    }
  }
});
