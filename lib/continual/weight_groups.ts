/** The groups of weights that a method trains, with the state of their rules. @module */
import type { Gpu } from "../gpu/gpu.ts";
import { addBlocks } from "../kernels/blocks.ts";
import { addScaled } from "../kernels/elementwise.ts";
import type { ModuleGroup, WeightArena } from "../models/weight_arena.ts";
import { LoraPairs } from "../nn/lora_pairs.ts";
import { initLinks, type LinkStates, updateLinks } from "../optim/transformation.ts";
import { updateFactors } from "../optim/update_factors.ts";
import { LowRankProjector } from "../projection/low_rank_projector.ts";
import type { Shape } from "../tensor/shape.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
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

  /** The update `[L, m, n]` of these gradients, to be added by {@linkcode RuleState.factors}. */
  update(gradient: Tensor, correction: Tensor): Tensor {
    const small = this.projector?.project(gradient) ?? gradient;
    const update = updateLinks(this.rule.links, small, this.links, correction);
    return this.projector?.projectBack(update) ?? update;
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

/** LoRA pairs of modules of equal shape. */
export class LoraGroup implements Disposable {
  readonly pairs: LoraPairs;
  readonly a: RuleState;
  readonly b: RuleState;

  constructor(gpu: Gpu, readonly group: ModuleGroup, plan: LoraPlan) {
    const { rank, scale } = plan;
    const sizes = { modules: group.modules.length, outputs: group.rows, inputs: group.columns, rank, scale };
    this.pairs = new LoraPairs(gpu, sizes);
    this.a = new RuleState(gpu, plan.a, this.pairs.a.shape);
    this.b = new RuleState(gpu, plan.b, this.pairs.b.shape);
  }

  /** Updates the pairs from the gradients of the effective weights. */
  step(arena: WeightArena, correction: Tensor): void {
    const gradients = this.pairs.gradients(arena.gradients(this.group));
    addScaled(this.a.update(gradients.a, correction), this.pairs.a, this.a.factors);
    addScaled(this.b.update(gradients.b, correction), this.pairs.b, this.b.factors);
    this.merge();
  }

  /** `W_eff = W + s · B A` */
  merge(): void {
    const { block, offsets } = this.group;
    using delta = this.pairs.delta();
    addBlocks(delta, block.effective, offsets, { base: block.base });
  }

  /** Adds the pairs to the base weights for good: later pairs stack on top of them. */
  fold(): void {
    using delta = this.pairs.delta();
    addBlocks(delta, this.group.block.base, this.group.offsets);
  }

  /** Releases pairs and state. */
  [Symbol.dispose](): void {
    for (const part of [this.pairs, this.a, this.b]) part[Symbol.dispose]();
  }
}

/** Weights of equal shape, trained as they are. */
export class FullRankGroup implements Disposable {
  readonly state: RuleState;

  constructor(gpu: Gpu, readonly group: ModuleGroup, rule: GroupRule) {
    this.state = new RuleState(gpu, rule, [group.modules.length, group.rows, group.columns]);
  }

  /** The gradients `[L, m, n]`. */
  gradients(arena: WeightArena): Tensor {
    return arena.gradients(this.group);
  }

  /** Updates the weights from their gradients. */
  step(gradients: Tensor, correction: Tensor): void {
    const update = this.state.update(gradients, correction);
    addBlocks(update, this.group.block.effective, this.group.offsets, this.state.factors);
  }

  /** Goes back to the base weights. */
  restore(): void {
    const { modules, rows, columns, block, offsets } = this.group;
    const nothing = zeros(block.base.gpu, [modules.length, rows, columns]);
    addBlocks(nothing, block.effective, offsets, { base: block.base, scale: 0 });
    nothing.dispose();
  }

  /** Releases the state. */
  [Symbol.dispose](): void {
    this.state[Symbol.dispose]();
  }
}
