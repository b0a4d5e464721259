import { assert, assertAlmostEquals } from "@std/assert";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { adam, BiasCorrection } from "../../lib/optim/adam.ts";
import { Random } from "../../lib/tensor/random.ts";
import { recorded } from "../../lib/tensor/recorded.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { tensor } from "../../lib/tensor/tensor.ts";

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

Deno.test("adam moves weights as by loops, whatever their number", async () => {
  using gpu = await openGpu();
  const random = new Random(3);
  for (const epsPlacement of ["outside", "inside"] as const) {
    const rule = adam({ eps: 0.1, epsPlacement });
    const { beta1, beta2, eps } = rule.options;
    using correction = new BiasCorrection(gpu, rule.options);
    for (const size of [1, 7, 33, 257, 1024]) {
      const state = rule.init(gpu, [size]);
      const wanted = Float64Array.from(random.normalArray(size));
      const [m, v] = [new Float64Array(size), new Float64Array(size)];
      using weights = tensor(gpu, Float32Array.from(wanted));
      for (let t = 1; t <= 3; t++) {
        const g = random.normalArray(size);
        correction.set(t);
        using gradient = tensor(gpu, g);
        rule.apply(gradient, state, correction.tensor, { weights, keep: 0.9, scale: -0.5 });
        g.forEach((value, i) => {
          m[i] = beta1 * m[i] + (1 - beta1) * value;
          v[i] = beta2 * v[i] + (1 - beta2) * value ** 2;
          const [mean, root] = [m[i] / (1 - beta1 ** t), Math.sqrt(v[i])];
          const corrected = Math.sqrt(1 - beta2 ** t);
          const denominator = epsPlacement === "inside" ? root / corrected + eps : (root + eps) / corrected;
          wanted[i] = 0.9 * wanted[i] - 0.5 * mean / denominator;
        });
      }
      weights.readFloats().forEach((x, i) =>
        assertAlmostEquals(x, wanted[i], 1e-5, `${epsPlacement} ${size}`)
      );
      rule.dispose(state);
    }
  }
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
