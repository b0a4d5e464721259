import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Machine } from "../../lib/cli/machine_problems.ts";
import { memoryLines, memoryProblems, planAblation } from "../../lib/cli/memory_report.ts";
import { UsageError } from "../../lib/cli/usage_error.ts";

const CONFIG = new URL("../models/configs/t5-large", import.meta.url).pathname;
const OPTIONS = {
  ...{ batch: 4, length: 64, profile: undefined, variants: ["B", "B+L+S"], set: {} },
};

function machine(
  changes: { readonly software?: boolean; readonly freeMemory?: number; most?: number; bound?: number },
): Machine {
  const { software = true, freeMemory = 2 ** 60, most = 2 ** 60, bound = 2 ** 60 } = changes;
  const speed = { matmulGflops: 1, matmulSize: 1, readbackMilliseconds: 1 };
  const device = {
    name: "",
    software,
    features: [],
    limits: { maxBufferSize: most, maxStorageBufferBindingSize: bound },
    speed,
  };
  return { denoVersion: "2.9.6", freeMemory, freeDisk: 2 ** 60, showsGpu: false, device };
}

Deno.test("a folder with config.json is enough to plan an ablation", () => {
  const report = planAblation(CONFIG, OPTIONS, null);
  assertEquals([report.rows, report.sourceLength], [4, 64]);
  assertEquals(report.methods.map(({ label }) => label), ["B", "B+L+S", "B+L+S (covariance)"]);
  const [plain, full, covariance] = report.methods;
  assert(plain.asAsked.bytes < full.asAsked.bytes && full.asAsked.bytes < covariance.asAsked.bytes);
  for (const method of report.methods) {
    const { asAsked, recomputed, halfWeights, recomputedHalfWeights, smallest } = method;
    assert(smallest < recomputed && recomputed < asAsked.bytes);
    for (const saved of [asAsked.bytes - halfWeights, recomputed - recomputedHalfWeights]) {
      const share = saved / asAsked.parts.weights; // vectors stay in float32
      assert(share > 0.49 && share <= 0.5, `${share}`);
    }
  }
  const widest = Math.max(...memoryLines(report).map((line) => line.length));
  assert(widest <= 100, `${widest} columns`);
});

Deno.test("settings of training and of the method count", () => {
  const bytes = (set: Record<string, number | boolean | string>) =>
    planAblation(CONFIG, { ...OPTIONS, variants: ["B+L+S"], profile: "aligned", set }, null).methods[0]
      .asAsked;
  const plain = bytes({});
  assert(bytes({ microBatches: 4 }).parts.activations < plain.parts.activations / 2);
  assert(bytes({ recompute: true }).parts.activations < plain.parts.activations / 2);
  assert(bytes({ loraRank: 16 }).parts.adapters > 1.9 * plain.parts.adapters);
  assertThrows(() => bytes({ microBatches: 3 }), RangeError, "4 rows cannot be cut into 3 equal parts");
  assertThrows(() => bytes({ recompute: 1 }), UsageError, "--set recompute needs true or false");
});

Deno.test("replicas each take their part of the rows, and all together what is free", () => {
  const planned = (batch: number, set: Record<string, number>) =>
    planAblation(CONFIG, { ...OPTIONS, batch, variants: ["B"], set: { testBatch: 4, ...set } }, null);
  const [one, half, two] = [planned(4, {}), planned(2, {}), planned(4, { replicas: 2 })];
  const [whole, part] = [half, two].map(({ methods: [{ asAsked }] }) => asAsked);
  // beside what half the rows take, the gradients once more, side by side
  const more = part.bytes - whole.bytes;
  assert(more > 0 && more < 1.1 * whole.parts.gradients, `${part.bytes} for ${whole.bytes} of half the rows`);
  assertEquals(two.methods[0].smallest < one.methods[0].asAsked.bytes, true);
  const freeMemory = 1.5 * part.bytes + two.processBytes;
  assertEquals(memoryProblems(half, machine({ freeMemory })), []);
  assertEquals(memoryProblems(two, machine({ freeMemory })).length, 1);
  const both = memoryLines(two).find((line) => line.startsWith("  of 2 replicas"))!;
  assertEquals(both.trim().split(/\s+/).at(-1), (2 * part.bytes / 1e6).toFixed(0));
  assertThrows(() => planned(4, { replicas: 3 }), RangeError, "4 rows cannot be cut into 3 equal parts");
});

Deno.test("what does not fit is told with what would", () => {
  const report = planAblation(CONFIG, { ...OPTIONS, variants: ["B"] }, null);
  assertEquals(memoryProblems(report, machine({})), []);
  assertEquals(memoryProblems(report, machine({ software: false, freeMemory: 1 })), []);
  const [memory] = memoryProblems(report, machine({ freeMemory: 2 ** 30 }));
  assert(/^B needs [\d.]+ GB of memory; 1.07 GB are free\.$/.test(memory.problem), memory.problem);
  assert(/recompute=true.*smallest form needs [\d.]+ GB/.test(memory.advice), memory.advice);
  // the embedding, 32128 × 1024 in float32, is the largest piece; then a feed-forward layer's hidden values
  const [buffer, ...others] = memoryProblems(report, machine({ most: 2 ** 27 - 1 }));
  const adapter = "this adapter allows 0.134 GB.";
  assertEquals(buffer.problem, `B needs 0.134 GB of weights (shared.weight) in one buffer; ${adapter}`);
  assertEquals(others, []);
  const [weights, ...parts] = memoryProblems(report, machine({ bound: 2 ** 22 }));
  assert(
    /^B needs 0.134 GB of weights \(shared.weight\) at once; this/.test(weights.problem),
    weights.problem,
  );
  assert(weights.advice.startsWith("Keep the weights in float16"), weights.advice);
  assertEquals(parts.map(({ problem }) => problem.split(" of ")[1].split(" ")[0]), [
    "testing",
    "activations",
  ]);
  const half = planAblation(CONFIG, { ...OPTIONS, variants: ["B"], set: { weights: "f16" } }, null);
  assertEquals(half.methods[0].asAsked.bytes, report.methods[0].halfWeights);
});
