import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Machine } from "../../lib/cli/machine_problems.ts";
import { memoryLines, memoryProblems, planAblation } from "../../lib/cli/memory_report.ts";
import { UsageError } from "../../lib/cli/usage_error.ts";

const CONFIG = new URL("../models/configs/t5-large", import.meta.url).pathname;
const OPTIONS = {
  ...{ batch: 4, length: 64, profile: undefined, variants: ["B", "B+L+S"], set: {} },
};

function machine(
  changes: { readonly software?: boolean; readonly freeMemory?: number; most?: number },
): Machine {
  const { software = true, freeMemory = 2 ** 60, most = 2 ** 60 } = changes;
  const speed = { matmulGflops: 1, matmulSize: 1, readbackMilliseconds: 1 };
  const device = { name: "", software, features: [], limits: { maxBufferSize: most }, speed };
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
    assertEquals(asAsked.bytes - halfWeights, asAsked.parts.weights / 2);
    assertEquals(recomputed - recomputedHalfWeights, asAsked.parts.weights / 2);
  }
  const widest = Math.max(...memoryLines(report).map((line) => line.length));
  assert(widest <= 100, `${widest} columns`);
});

Deno.test("settings of training and of the method count", () => {
  const bytes = (set: Record<string, number | boolean>) =>
    planAblation(CONFIG, { ...OPTIONS, variants: ["B+L+S"], profile: "aligned", set }, null).methods[0]
      .asAsked;
  const plain = bytes({});
  assert(bytes({ microBatches: 4 }).parts.activations < plain.parts.activations / 2);
  assert(bytes({ recompute: true }).parts.activations < plain.parts.activations / 2);
  assert(bytes({ loraRank: 16 }).parts.adapters > 1.9 * plain.parts.adapters);
  assertThrows(() => bytes({ microBatches: 3 }), RangeError, "4 rows cannot be cut into 3 equal parts");
  assertThrows(() => bytes({ recompute: 1 }), UsageError, "--set recompute needs true or false");
});

Deno.test("what does not fit is told with what would", () => {
  const report = planAblation(CONFIG, { ...OPTIONS, variants: ["B"] }, null);
  assertEquals(memoryProblems(report, machine({})), []);
  assertEquals(memoryProblems(report, machine({ software: false, freeMemory: 1 })), []);
  const [memory] = memoryProblems(report, machine({ freeMemory: 2 ** 30 }));
  assert(/^B needs [\d.]+ GB of memory; 1.07 GB are free\.$/.test(memory.problem), memory.problem);
  assert(/recompute=true.*smallest form needs [\d.]+ GB/.test(memory.advice), memory.advice);
  const [buffer] = memoryProblems(report, machine({ most: 2 ** 20 }));
  assert(buffer.problem.startsWith("B needs a buffer of 0.1"), buffer.problem);
});
