/** LoRA pairs beside weights that stay as they are. @module */
import type { Gpu } from "../gpu/gpu.ts";
import type { ModuleSet } from "../models/module_set.ts";
import { LoraPairs, type LoraSizes } from "../nn/lora_pairs.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import { joinedPieces } from "./joined_pieces.ts";
import type { LoraPlan } from "./training_plan.ts";
import type { PenaltyState } from "./penalty_state.ts";
import { type LoraGroup, type PairGradients, penaltyOn, RuleState, updatePairs } from "./weight_groups.ts";

/**
 * Pairs whose products are added to those of their weights, `y = x Wᵀ + s Σ_j (x A_jᵀ) B_jᵀ`: no copy of a weight and
 * no gradient of one is needed. The pairs of earlier tasks are one frozen pair of summed rank a module.
 */
export class FactoredLora implements LoraGroup {
  readonly pairs: LoraPairs;
  readonly a: RuleState;
  readonly b: RuleState;
  readonly penalty: PenaltyState | null;
  readonly sums: PairGradients;
  readonly #gpu: Gpu;
  readonly #stacks: boolean;
  #earlier: LoraPairs | null = null;

  constructor(gpu: Gpu, readonly group: ModuleSet, plan: LoraPlan) {
    const { rank, scale, adapters } = plan;
    const { modules: { length: modules }, rows: outputs, columns: inputs } = group;
    this.#gpu = gpu;
    this.#stacks = adapters === "stack";
    this.pairs = new LoraPairs(gpu, { modules, outputs, inputs, rank, scale });
    this.a = new RuleState(gpu, plan.a, this.pairs.a.shape);
    this.b = new RuleState(gpu, plan.b, this.pairs.b.shape);
    this.penalty = penaltyOn(group, this.pairs, plan);
    this.sums = { a: zeros(gpu, this.pairs.a.shape), b: zeros(gpu, this.pairs.b.shape) };
  }

  get earlier(): LoraPairs | null {
    return this.#earlier;
  }

  gradients(): PairGradients {
    return this.sums;
  }

  step(_arena: unknown, correction: Tensor): void {
    updatePairs(this, this.sums, correction);
  }

  /** Nothing is to be done: the model reads the pairs themselves. */
  merge(): void {}

  /** Puts the pairs behind those of earlier tasks. */
  fold(): void {
    const { modules, rank } = this.pairs.sizes;
    const stacked = [this.#earlier, this.pairs].flatMap((pairs) => pairs ?? []);
    const parts = stacked.map(({ a, b }) => ({ a: a.readFloats(), b: b.readFloats() }));
    this.#reshape((this.#earlier?.sizes.rank ?? 0) + rank);
    // A of a module is its parts' rows one under the other; B its parts' columns side by side
    this.#earlier!.a.write(joinedPieces(modules, parts.map(({ a }) => a)));
    this.#earlier!.b.write(joinedPieces(modules * this.pairs.sizes.outputs, parts.map(({ b }) => b)));
  }

  /** Makes room for the pairs of the tasks before this one, where there are any. */
  shapeFor(task: number): void {
    if (this.#stacks && task > 1) this.#reshape((task - 1) * this.pairs.sizes.rank);
    this.penalty?.shapeFor(task);
  }

  [Symbol.dispose](): void {
    const { pairs, a, b, penalty, sums } = this;
    for (const part of [pairs, a, b, penalty, sums.a, sums.b, this.#earlier]) part?.[Symbol.dispose]();
  }

  #reshape(rank: number): void {
    this.#earlier?.[Symbol.dispose]();
    const sizes: LoraSizes = { ...this.pairs.sizes, rank };
    this.#earlier = new LoraPairs(this.#gpu, sizes);
  }
}
