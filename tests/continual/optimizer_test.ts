import { assert, assertEquals } from "@std/assert";
import { allCases, assertWithin, type GoldenCase } from "../golden_case.ts";
import { projector } from "../linalg/checks.ts";
import type { Method } from "../../lib/continual/method.ts";
import { RuleState } from "../../lib/continual/weight_groups.ts";
import { type Gpu, openGpu } from "../../lib/gpu/gpu.ts";
import { addScaled } from "../../lib/kernels/elementwise.ts";
import { dense, transpose } from "../../lib/linalg/dense.ts";
import { adam, type AdamState, BiasCorrection } from "../../lib/optim/adam.ts";
import type { SpaceState } from "../../lib/projection/remove_shared_space.ts";
import { growSpace } from "../../lib/projection/shared_space.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { type Tensor, tensor } from "../../lib/tensor/tensor.ts";
import { methodOf } from "./golden_method.ts";

Deno.test("the rules of every profile agree with PyTorch on sequences of gradients", async () => {
  using gpu = await openGpu();
  let count = 0;
  for (const golden of allCases("optimizer")) {
    for (const { name, role, shape } of golden.case.config.params) {
      checkParameter(gpu, golden, { name, role, shape });
    }
    count += 1;
  }
  assert(count >= 5);
});

interface Parameter {
  readonly name: string;
  readonly role: "loraA" | "loraB" | "fullRank";
  readonly shape: readonly number[];
}

function checkParameter(gpu: Gpu, { case: record, tensors }: GoldenCase, parameter: Parameter): void {
  const { config, tolerance } = record;
  const { name, role } = parameter;
  const shape = [1, ...parameter.shape];
  const data = (key: string) => tensors.get(key)!.data as Float32Array<ArrayBuffer>;
  const check = (key: string, found: ArrayLike<number>) => {
    const expected = tensors.get(key);
    if (!expected) return 0;
    assertWithin(found, expected.data as Float32Array, {
      tolerance,
      name: `${key} of optimizer/${record.name}`,
    });
    return 1;
  };
  const method = methodOf(config, "B+L+S");
  const state = new RuleState(gpu, ruleOf(method, role), shape);
  using correction = new BiasCorrection(gpu, adam(method.adam).options);
  let checks = 0;
  for (let task = 1; task <= config.tasks; task++) {
    state.startTask();
    using weights = tensor(gpu, data(`w0.${task}.${name}`), shape);
    for (let t = 1; t <= config.steps[task - 1]; t++) {
      const gradient = data(`g.${task}.${t}.${name}`);
      if ((t - 1) % config.refreshEvery === 0 && state.projector) {
        state.projector.refresh(gradient);
        checks += checkBases(state, (basis, found) => check(`${basis}.${task}.${t}.${name}`, found));
      }
      correction.set(t);
      scope(gpu, () => {
        addScaled(state.update(tensor(gpu, gradient, shape), correction.tensor), weights, state.factors);
      });
      checks += check(`w.${task}.${t}.${name}`, weights.readFloats());
    }
    const { firstMoment } = state.links.adam as AdamState;
    checks += check(`m.${task}.${name}`, firstMoment.readFloats());
    if (role === "loraB") continue;
    const space = grown(state, firstMoment, config);
    assertEquals(space.columns, config.columns[`${task}.${name}`], `${record.name}, ${task}.${name}`);
    checks += check(`P.${task}.${name}`, projector(space));
  }
  assert(checks >= 2 * config.tasks);
  state[Symbol.dispose]();
}

function ruleOf({ lora, fullRank }: Method, role: Parameter["role"]) {
  return role === "fullRank" ? fullRank!.rule : lora![role === "loraA" ? "a" : "b"];
}

function checkBases({ projector }: RuleState, check: (basis: string, found: Float32Array) => number): number {
  const bases: [string, Tensor | null][] = [["U", projector!.left], ["V", projector!.right]];
  return bases.reduce((sum, [basis, found]) => sum + (found ? check(basis, found.readFloats()) : 0), 0);
}

/** Grows the space of the only weight of a rule, as the method does at a task's end. */
// deno-lint-ignore no-explicit-any -- a case's configuration
function grown({ links }: RuleState, firstMoment: Tensor, config: any) {
  const space = links.space as SpaceState;
  const [, m, n] = firstMoment.shape;
  const moment = dense(m, n, firstMoment.readFloats());
  const growth = growSpace(space.spaces[0], config.side === "features" ? transpose(moment) : moment, config);
  space.set([growth.space]);
  return growth.space.basis;
}
