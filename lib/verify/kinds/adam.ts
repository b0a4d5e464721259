/** Adam step by step. @module */
import { adam, BiasCorrection } from "../../optim/adam.ts";
import { updateFactors } from "../../optim/update_factors.ts";
import { scope } from "../../tensor/scope.ts";
import { tensor } from "../../tensor/tensor.ts";
import type { Checker } from "../checker.ts";

/** `w0`, `g.<t>` → `w.<t>`, and `m`, `v` at the end. */
export const checkAdam: Checker = async (golden, comparison, device) => {
  const { beta1, beta2, eps, epsPlacement, lr, weightDecay = 0, weightDecayOrder, steps } = golden.config;
  const gpu = await device();
  const { shape } = golden.tensor("w0");
  const rule = adam(given({ beta1, beta2, eps, epsPlacement }));
  const state = rule.init(gpu, shape);
  using end = new DisposableStack();
  end.defer(() => rule.dispose(state));
  using correction = new BiasCorrection(gpu, rule.options);
  using weights = tensor(gpu, golden.floats("w0"), shape);
  const factors = updateFactors({ learningRate: lr, weightDecay, decayOrder: weightDecayOrder });
  for (let t = 1; t <= steps; t++) {
    correction.set(t);
    scope(gpu, () => {
      const gradient = tensor(gpu, golden.floats(`g.${t}`), shape);
      rule.apply(gradient, state, correction.tensor, { weights, ...factors });
    });
    if (golden.has(`w.${t}`)) {
      comparison.numbers(`w.${t}`, weights.readFloats(), golden.tensor(`w.${t}`).data);
    }
  }
  comparison.numbers("m", state.firstMoment.readFloats(), golden.tensor("m").data);
  comparison.numbers("v", state.secondMoment.readFloats(), golden.tensor("v").data);
};

/** The entries that the case has; the library's defaults stand for the others. */
function given<T extends object>(entries: T): Partial<T> {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as Partial<T>;
}
