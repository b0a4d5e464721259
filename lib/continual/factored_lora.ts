/** LoRA pairs beside weights that stay as they are. @module */
import type { Gpu } from "../gpu/gpu.ts";
import type { ModuleSet } from "../models/module_set.ts";
import { LoraPairs, type LoraSizes } from "../nn/lora_pairs.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import type { LoraPlan } from "./training_plan.ts";
import { type LoraGroup, type PairGradients, RuleState } from "./weight_groups.ts";

/**
 * Pairs whose products are added to those of their weights, `y = x Wᵀ + s Σ_j (x A_jᵀ) B_jᵀ`: no copy of a weight and
 * no gradient of one is needed. The pairs of earlier tasks are one frozen pair of summed rank a module.
 */
export class FactoredLora implements LoraGroup {
  readonly pairs: LoraPairs;
  readonly a: RuleState;
  readonly b: RuleState;
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
    this.sums = { a: zeros(gpu, this.pairs.a.shape), b: zeros(gpu, this.pairs.b.shape) };
  }

  get earlier(): LoraPairs | null {
    return this.#earlier;
  }

  gradients(): PairGradients {
    return this.sums;
  }

  step(_arena: unknown, correction: Tensor): void {
    this.a.step(this.a.project(this.sums.a), correction, this.pairs.a);
    this.b.step(this.b.project(this.sums.b), correction, this.pairs.b);
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
    this.#earlier!.a.write(joined(modules, parts.map(({ a }) => a)));
    this.#earlier!.b.write(joined(modules * this.pairs.sizes.outputs, parts.map(({ b }) => b)));
  }

  /** Makes room for the pairs of the tasks before this one, where there are any. */
  shapeFor(task: number): void {
    if (this.#stacks && task > 1) this.#reshape((task - 1) * this.pairs.sizes.rank);
  }

  [Symbol.dispose](): void {
    for (const part of [this.pairs, this.a, this.b, this.sums.a, this.sums.b, this.#earlier]) {
      part?.[Symbol.dispose]();
    }
  }

  #reshape(rank: number): void {
    this.#earlier?.[Symbol.dispose]();
    const sizes: LoraSizes = { ...this.pairs.sizes, rank };
    this.#earlier = new LoraPairs(this.#gpu, sizes);
  }
}

/** The first of `count` equal pieces of every array, one behind the other, then the second, and so on. */
function joined(count: number, arrays: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const result = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (let i = 0; i < count; i++) {
    for (const array of arrays) {
      const size = array.length / count;
      result.set(array.subarray(i * size, (i + 1) * size), at);
      at += size;
    }
  }
  return result;
}
