/** The rules of the method on sequences of gradients. @module */
import { RuleState } from "../../continual/weight_groups.ts";
import type { Method } from "../../continual/method.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { dense, transpose } from "../../linalg/dense.ts";
import { adam, type AdamState, BiasCorrection } from "../../optim/adam.ts";
import type { SpaceState } from "../../projection/remove_shared_space.ts";
import { growSpace } from "../../projection/shared_space.ts";
import { scope } from "../../tensor/scope.ts";
import { type Tensor, tensor } from "../../tensor/tensor.ts";
import type { Checker } from "../checker.ts";
import type { Comparison } from "../comparison.ts";
import type { GoldenCase } from "../golden_case.ts";
import { goldenMethod } from "../golden_method.ts";
import { projector } from "../subspace_measures.ts";

interface Parameter {
  readonly name: string;
  readonly role: "loraA" | "loraB" | "fullRank";
  readonly shape: readonly number[];
}

/** Gradients of several parameters over several tasks → weights, moments, bases, spaces. */
export const checkOptimizer: Checker = async (golden, comparison, device) => {
  const gpu = await device();
  for (const parameter of golden.config.params) checkParameter(gpu, golden, { parameter, comparison });
};

function checkParameter(
  gpu: Gpu,
  golden: GoldenCase,
  { parameter, comparison }: { readonly parameter: Parameter; readonly comparison: Comparison },
): void {
  const { config } = golden;
  const { name, role } = parameter;
  const shape = [1, ...parameter.shape];
  const compare = (key: string, found: ArrayLike<number>) => {
    if (golden.has(key)) comparison.numbers(key, found, golden.tensor(key).data);
  };
  const method = goldenMethod(config, "B+L+S");
  using state = new RuleState(gpu, ruleOf(method, role), shape);
  using correction = new BiasCorrection(gpu, adam(method.adam).options);
  for (let task = 1; task <= config.tasks; task++) {
    state.startTask();
    using weights = tensor(gpu, golden.floats(`w0.${task}.${name}`), shape);
    for (let t = 1; t <= config.steps[task - 1]; t++) {
      const gradient = golden.floats(`g.${task}.${t}.${name}`);
      if (state.projector && (t - 1) % state.rule.subspace!.refreshEvery === 0) {
        state.projector.refresh(gradient);
        for (const [basis, found] of basesOf(state)) {
          if (found) compare(`${basis}.${task}.${t}.${name}`, found.readFloats());
        }
      }
      correction.set(t);
      scope(gpu, () => {
        state.step(state.project(tensor(gpu, gradient, shape)), correction.tensor, weights);
      });
      compare(`w.${task}.${t}.${name}`, weights.readFloats());
    }
    const { firstMoment } = state.links.adam as AdamState;
    compare(`m.${task}.${name}`, firstMoment.readFloats());
    if (role === "loraB") continue;
    const basis = grown(state, firstMoment, config);
    const columns = config.columns?.[`${task}.${name}`];
    if (columns !== undefined) comparison.equal(`columns ${task}.${name}`, basis.columns, columns);
    compare(`P.${task}.${name}`, projector(basis));
  }
}

function ruleOf({ lora, fullRank }: Method, role: Parameter["role"]) {
  return role === "fullRank" ? fullRank!.rule : lora![role === "loraA" ? "a" : "b"];
}

function basesOf({ projector }: RuleState): [string, Tensor | null][] {
  return [["U", projector!.left], ["V", projector!.right]];
}

/** Grows the space of the only weight of a rule, as the method does at a task's end. */
function grown({ links }: RuleState, firstMoment: Tensor, config: GoldenCase["config"]) {
  const space = links.space as SpaceState;
  const [, m, n] = firstMoment.shape;
  const moment = dense(m, n, firstMoment.readFloats());
  const { side, rankRule, energyShare } = config;
  const measured = side === "features" ? transpose(moment) : moment;
  const growth = growSpace(space.spaces[0], measured, { rankRule, energyShare });
  space.set([growth.space]);
  return growth.space.basis;
}
