import { assertEquals } from "@std/assert";
import { warmupLinearDecay } from "../../lib/optim/schedule.ts";
import { updateFactors } from "../../lib/optim/update_factors.ts";

Deno.test("the learning rate rises to its peak, then falls to zero", () => {
  const rates = [1, 2, 3, 4, 5, 6].map((step) => warmupLinearDecay(step, { warmup: 2, total: 6 }));
  assertEquals(rates, [0.5, 1, 0.75, 0.5, 0.25, 0]);
  assertEquals(warmupLinearDecay(1, { warmup: 0, total: 1 }), 0);
});

Deno.test("decay shrinks the weights before the update, or after it and the update too", () => {
  const step = { learningRate: 0.5, weightDecay: 0.5, scale: 2 };
  assertEquals(updateFactors({ ...step, decayOrder: "before-update" }), { keep: 0.75, scale: -1 });
  assertEquals(updateFactors({ ...step, decayOrder: "after-update" }), { keep: 0.75, scale: -0.75 });
  assertEquals(updateFactors({ learningRate: 0.5 }), { keep: 1, scale: -0.5 });
});
