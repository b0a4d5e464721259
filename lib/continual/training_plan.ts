/** Which weights are trained, and by which rules. @module */
import type { Links } from "../optim/transformation.ts";
import type { ProjectionForm } from "../projection/low_rank_projector.ts";
import type { PairPenalty } from "./pair_penalty.ts";

/** A small space in which a rule works, refreshed from the gradient's singular vectors. */
export interface Subspace {
  readonly form: ProjectionForm;
  /** k */
  readonly rank: number;
  /** T: refreshed at steps t with t − 1 ≡ 0 mod T */
  readonly refreshEvery: number;
  /** α, the factor of the update that comes out */
  readonly scale: number;
}

/** How the gradients of a group of weights become updates: compress, pass through the links, scale. */
export interface GroupRule {
  readonly subspace?: Subspace;
  readonly links: Links;
  readonly learningRate: number;
  /** After each update `W ← W − lr · decay · W`; default 0. */
  readonly weightDecay?: number;
}

/**
 * `merged`: the model computes with copies of the weights to which the pairs are added, which takes fewer launches.
 * `factored`: the pairs stand beside weights that stay where they are, packed in float16 or not.
 */
export type LoraForm = "merged" | "factored";

/** LoRA pairs on some modules. */
export interface LoraPlan {
  /** Pattern over whole module names; null for the model's default. */
  readonly targets: string | null;
  /** r */
  readonly rank: number;
  /** s = α_lora / r */
  readonly scale: number;
  /** `stack`: a fresh pair for each task over the frozen earlier ones; `single`: one pair, trained on. */
  readonly adapters: "stack" | "single";
  /**
   * Whether the pairs are added to copies of their weights, or stand beside them; default `auto`, what
   * `chooseLoraForm` says.
   */
  readonly form?: LoraForm | "auto";
  /** Probability with which an element of what the pairs read is zero while training; default 0. */
  readonly dropout?: number;
  readonly a: GroupRule;
  readonly b: GroupRule;
  /** What the loss holds beside the cross-entropy; by default nothing. */
  readonly penalty?: PairPenalty;
}

/** Weights trained as they are. */
export interface FullRankPlan {
  /** Pattern over whole module names; null for the model's default. */
  readonly targets: string | null;
  /** Whether updates live on after their task. */
  readonly keep: boolean;
  readonly rule: GroupRule;
}

/** All that is trained of a model. */
export interface TrainingPlan {
  readonly lora: LoraPlan | null;
  readonly fullRank: FullRankPlan | null;
}
