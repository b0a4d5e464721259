import { assert, assertAlmostEquals } from "@std/assert";
import { allCases, assertWithin, type GoldenCase } from "../golden_case.ts";
import { type Gpu, openGpu } from "../../lib/gpu/gpu.ts";
import { addScaled } from "../../lib/kernels/elementwise.ts";
import { adam, BiasCorrection } from "../../lib/optim/adam.ts";
import { updateFactors } from "../../lib/optim/update_factors.ts";
import { recorded } from "../../lib/tensor/recorded.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { tensor } from "../../lib/tensor/tensor.ts";

Deno.test("adam agrees with PyTorch and the released optimizer on the golden cases", async () => {
  using gpu = await openGpu();
  let count = 0;
  for (const golden of allCases("adam")) {
    checkCase(gpu, golden);
    count += 1;
  }
  assert(count >= 8);
});

function checkCase(gpu: Gpu, { case: { name, config, tolerance }, tensors }: GoldenCase): void {
  const { beta1, beta2, eps, epsPlacement, lr, weightDecay, weightDecayOrder } = config;
  const data = (key: string) => tensors.get(key)!.data as Float32Array<ArrayBuffer>;
  const { shape } = tensors.get("w0")!;
  const rule = adam({ beta1, beta2, eps, epsPlacement });
  const state = rule.init(gpu, shape);
  using correction = new BiasCorrection(gpu, rule.options);
  using weights = tensor(gpu, data("w0"), shape);
  const factors = updateFactors({ learningRate: lr, weightDecay, decayOrder: weightDecayOrder });
  for (let t = 1; t <= config.steps; t++) {
    correction.set(t);
    scope(gpu, () => {
      const gradient = tensor(gpu, data(`g.${t}`), shape);
      addScaled(rule.update(gradient, state, correction.tensor), weights, factors);
    });
    assertWithin(weights.readFloats(), data(`w.${t}`), { tolerance, name: `w.${t} of adam/${name}` });
  }
  assertWithin(state.firstMoment.readFloats(), data("m"), { tolerance, name: "m" });
  assertWithin(state.secondMoment.readFloats(), data("v"), { tolerance, name: "v" });
  rule.dispose(state);
}

Deno.test("adam's moments are right to a few roundings after many steps", async () => {
  using gpu = await openGpu();
  const rule = adam();
  const state = rule.init(gpu, [1]);
  using correction = new BiasCorrection(gpu, rule.options);
  using gradient = tensor(gpu, new Float32Array([0.3]));
  using step = recorded(gpu, () => rule.update(gradient, state, correction.tensor));
  for (let t = 1; t <= 2000; t++) {
    correction.set(t);
    step.replay();
  }
  // with a constant gradient g: m → g and v = (1 − β2ᵗ) g², so that the direction stays near 1
  assertAlmostEquals(state.firstMoment.item(), 0.3, 1e-6);
  assertAlmostEquals(state.secondMoment.item(), 0.09 * (1 - 0.999 ** 2000), 4e-6); // 0.999 is off in f32
  assertAlmostEquals(step.result.item(), 1, 2e-5);
  rule.dispose(state);
});

Deno.test("adam starts each task with empty moments", async () => {
  using gpu = await openGpu();
  const rule = adam();
  const state = rule.init(gpu, [2]);
  using correction = new BiasCorrection(gpu, rule.options);
  correction.set(1);
  using gradient = tensor(gpu, new Float32Array([1, -2]));
  const first = scope(gpu, () => rule.update(gradient, state, correction.tensor).readFloats());
  rule.startTask!(state);
  assert([...state.firstMoment.readFloats(), ...state.secondMoment.readFloats()].every((x) => x === 0));
  const again = scope(gpu, () => rule.update(gradient, state, correction.tensor).readFloats());
  assert(first.every((value, i) => value === again[i]));
  rule.dispose(state);
});
