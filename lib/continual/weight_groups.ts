/** The groups of weights that a method trains, with the state of their rules. @module */
import type { Gpu } from "../gpu/gpu.ts";
import { addBlocks, type BlockOffsets } from "../kernels/blocks.ts";
import { addScaled } from "../kernels/elementwise.ts";
import { copyRows } from "../kernels/rows.ts";
import type { Weights } from "../models/layout.ts";
import type { ModuleSet } from "../models/module_set.ts";
import type { ModuleGroup, WeightArena } from "../models/weight_arena.ts";
import { LoraPairs } from "../nn/lora_pairs.ts";
import { applyLinks, initLinks, type LinkStates, updateLinks } from "../optim/transformation.ts";
import { updateFactors } from "../optim/update_factors.ts";
import { LowRankProjector } from "../projection/low_rank_projector.ts";
import { elementCount, type Shape } from "../tensor/shape.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import { PenaltyState } from "./penalty_state.ts";
import type { GroupRule, LoraPlan } from "./training_plan.ts";

/** A rule at work on the gradients of a group, `[L, m, n]`. */
export class RuleState implements Disposable {
  readonly projector: LowRankProjector | null;
  readonly links: LinkStates;
  /** `[L, …]`, of the gradients as the links meet them. */
  readonly linkShape: Shape;

  constructor(gpu: Gpu, readonly rule: GroupRule, shape: Shape) {
    this.projector = rule.subspace ? new LowRankProjector(gpu, shape, rule.subspace) : null;
    this.linkShape = this.projector?.projectedShape ?? shape;
    this.links = initLinks(rule.links, gpu, this.linkShape);
  }

  /** Gradients `[L, m, n]` as the links meet them. */
  project(gradient: Tensor): Tensor {
    return this.projector?.project(gradient) ?? gradient;
  }

  /**
   * Updates weights `[L, m, n]`.
   *
   * @param small their gradients as the links meet them
   */
  step(small: Tensor, correction: Tensor, weights: Tensor): void {
    const { projector, factors, links, rule } = this;
    if (!projector) return applyLinks(rule.links, small, links, correction, { weights, ...factors });
    const update = updateLinks(rule.links, small, links, correction);
    addScaled(projector.projectBack(update), weights, factors);
  }

  /** The same where the weights are blocks of a buffer. */
  stepBlocks(small: Tensor, correction: Tensor, weights: Tensor, offsets: BlockOffsets): void {
    const { projector, factors } = this;
    const update = updateLinks(this.rule.links, small, this.links, correction);
    if (projector) projector.addBack(update, weights, offsets, factors);
    else addBlocks(update, weights, offsets, factors);
  }

  /** How an update is added to weights, `W ← keep · W + scale · update`. */
  get factors(): { readonly keep: number; readonly scale: number } {
    const { learningRate, weightDecay, subspace } = this.rule;
    return updateFactors({ learningRate, weightDecay, scale: subspace?.scale });
  }

  /** Resets what does not outlive a task. */
  startTask(): void {
    for (const [name, link] of Object.entries(this.rule.links)) link.startTask?.(this.links[name]);
  }

  /** Releases the state. */
  [Symbol.dispose](): void {
    this.projector?.[Symbol.dispose]();
    for (const [name, link] of Object.entries(this.rule.links)) link.dispose(this.links[name]);
  }
}

/** Gradients of pairs: `[L, r, in]` and `[L, out, r]`. */
export interface PairGradients {
  readonly a: Tensor;
  readonly b: Tensor;
}

/** LoRA pairs of modules of equal shape: added to the weights they belong to, or beside them. */
export interface LoraGroup extends Disposable {
  readonly group: ModuleSet;
  readonly pairs: LoraPairs;
  readonly a: RuleState;
  readonly b: RuleState;
  /** The penalty on the pairs; null without one. */
  readonly penalty: PenaltyState | null;
  /** Where gradients are added up that come weight by weight. */
  readonly sums: PairGradients | null;
  /** The pairs of earlier tasks, where they stand beside their weights: one of summed rank a module. */
  readonly earlier: LoraPairs | null;
  /** The gradients of the pairs, as the cross-entropy gives them. */
  gradients(arena: WeightArena): PairGradients;
  /** Updates the pairs from their gradients. */
  step(arena: WeightArena, correction: Tensor): void;
  /** Lets the model compute with the pairs as they are now. */
  merge(): void;
  /** Keeps the pairs as they are for good: later pairs stack on top of them. */
  fold(): void;
  /** Takes the shapes that it has in a task, counted from 1, for contents that are written afterwards. */
  shapeFor(task: number): void;
}

/** Pairs that act as a reparametrization of their weights, of which there is a copy with the pairs added. */
export class MergedLora implements LoraGroup {
  readonly pairs: LoraPairs;
  readonly a: RuleState;
  readonly b: RuleState;
  readonly penalty: PenaltyState | null;
  readonly sums: PairGradients | null;
  readonly earlier = null;

  constructor(gpu: Gpu, readonly group: ModuleGroup, plan: LoraPlan, layerwise: boolean) {
    const { rank, scale } = plan;
    const sizes = { modules: group.modules.length, outputs: group.rows, inputs: group.columns, rank, scale };
    this.pairs = new LoraPairs(gpu, sizes);
    this.a = new RuleState(gpu, plan.a, this.pairs.a.shape);
    this.b = new RuleState(gpu, plan.b, this.pairs.b.shape);
    this.penalty = penaltyOn(group, this.pairs, plan);
    this.sums = layerwise ? { a: zeros(gpu, this.pairs.a.shape), b: zeros(gpu, this.pairs.b.shape) } : null;
  }

  /** The gradients of the pairs, from those of the effective weights. */
  gradients(arena: WeightArena): PairGradients {
    return this.sums ?? this.pairs.gradients(arena.gradients(this.group));
  }

  /** Adds the gradient `[out, in]` of one effective weight to the sums, after which it is not needed. */
  take(index: number, gradient: Tensor): void {
    this.pairs.addGradients(index, gradient, this.sums!);
  }

  /** Updates the pairs from their gradients. */
  step(arena: WeightArena, correction: Tensor): void {
    updatePairs(this, this.gradients(arena), correction);
    this.merge();
  }

  /** `W_eff = W + s · B A` */
  merge(): void {
    const { block, offsets } = this.group;
    this.pairs.addTo(block.effective, offsets, { base: block.base! });
  }

  /** Adds the pairs to the base weights for good: later pairs stack on top of them. */
  fold(): void {
    this.pairs.addTo(this.group.block.base!, this.group.offsets);
  }

  shapeFor(task: number): void {
    this.penalty?.shapeFor(task);
  }

  /** Releases pairs and state. */
  [Symbol.dispose](): void {
    const { pairs, a, b, penalty, sums } = this;
    for (const part of [pairs, a, b, penalty, sums?.a, sums?.b]) part?.[Symbol.dispose]();
  }
}

/** The penalty of a plan on the pairs of a group. */
export function penaltyOn(group: ModuleSet, pairs: LoraPairs, { penalty }: LoraPlan): PenaltyState | null {
  return penalty ? new PenaltyState(penalty, { pairs, modules: layerNames(group) }) : null;
}

/** Moves pairs by the gradients of the loss and of the penalty, each matrix by its rule. */
export function updatePairs(
  { pairs, a, b, penalty }: Pick<LoraGroup, "pairs" | "a" | "b" | "penalty">,
  ofLoss: PairGradients,
  correction: Tensor,
): void {
  const gradients = penalty?.added(ofLoss) ?? ofLoss;
  a.step(a.project(gradients.a), correction, pairs.a);
  b.step(b.project(gradients.b), correction, pairs.b);
}

/** Weights of equal shape, trained as they are. */
export class FullRankGroup implements Disposable {
  readonly state: RuleState;
  /** Where projected gradients that are consumed one by one are added up, `[L, …]`. */
  readonly sum: Tensor | null;

  constructor(gpu: Gpu, readonly group: ModuleGroup, rule: GroupRule, layerwise: boolean) {
    this.state = new RuleState(gpu, rule, [group.modules.length, group.rows, group.columns]);
    this.sum = layerwise && this.state.projector ? zeros(gpu, this.state.linkShape) : null;
  }

  /** The part of the sum that belongs to one weight, `[1, …]`. */
  sumOf(index: number): Tensor {
    const [, ...shape] = this.state.linkShape;
    return this.sum!.view([1, ...shape], index * elementCount(shape));
  }

  /** Adds the gradient `[1, m, n]` of one weight to the sum, after which it is not needed. */
  take(index: number, gradient: Tensor): void {
    this.state.projector!.at(index).project(gradient, { addTo: this.sumOf(index) });
  }

  /** The gradients `[L, m, n]`. */
  gradients(arena: WeightArena): Tensor {
    return arena.gradients(this.group);
  }

  /** The gradients as the links meet them, `[L, …]`: projected where the rule projects. */
  projected(arena: WeightArena): Tensor {
    return this.sum ?? this.state.project(this.gradients(arena));
  }

  /** Updates the weights from their gradients. */
  step(arena: WeightArena, correction: Tensor): void {
    const { block, offsets } = this.group;
    this.state.stepBlocks(this.projected(arena), correction, block.effective, offsets);
  }

  /** Goes back to the base model's weights. */
  restore(base: Weights): void {
    for (const { key, row, rows, columns, block } of this.group.modules) {
      copyRows(base[key], row, block.weights[key].view([rows, columns], row * columns));
    }
  }

  /** Releases the state. */
  [Symbol.dispose](): void {
    this.state[Symbol.dispose]();
    this.sum?.dispose();
  }
}

/** The names of a group's weights in views and reports: the modules', with `:A` or `:B` behind it for those of pairs. */
export function layerNames({ modules }: ModuleSet, suffix = ""): string[] {
  return modules.map(({ name }) => name + suffix);
}
