/** What a continual-learning method is: a few values, to be composed and compared. @module */
import type { Links } from "../optim/transformation.ts";
import type { ProjectionForm } from "../projection/low_rank_projector.ts";
import type { AdaptedModel } from "./adapted_model.ts";

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
}

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
  readonly a: GroupRule;
  readonly b: GroupRule;
}

/** Weights trained as they are. */
export interface FullRankPlan {
  /** Pattern over whole module names; null for the model's default. */
  readonly targets: string | null;
  /** Whether updates live on after their task. */
  readonly keep: boolean;
  readonly rule: GroupRule;
}

/** A method: which weights are trained, by which rules, and what happens between tasks. */
export interface Method {
  /** Such as "GORP". */
  readonly name: string;
  /** Such as "B+L+S". */
  readonly variant: string;
  /** Such as "aligned". */
  readonly profile: string;
  /** The name in tables and plots. */
  readonly label: string;
  /** Everything that defines the method, as a JSON value; its hash names a run. */
  readonly options: unknown;
  readonly lora: LoraPlan | null;
  readonly fullRank: FullRankPlan | null;
  /** Called after fresh adapters are in place, before the first step of a task. */
  startTask?(model: AdaptedModel): void;
  /** Called after the last step of a task; returns what was measured. */
  endTask?(model: AdaptedModel): TaskEndReport;
}

/** What a method measured at a task's end, by layer. */
export interface TaskEndReport {
  readonly layers: readonly LayerReport[];
}

/** One layer's shared space after a task. */
export interface LayerReport {
  readonly layer: string;
  /** What S was measured from. */
  readonly kind: "first-moment" | "covariance";
  /** Columns of S now, and the most there can be. */
  readonly columns: number;
  readonly capacity: number;
  readonly added: number;
  /** Share of the measured energy that S held before it grew. */
  readonly heldBefore: number;
  /** Singular values of what was measured, falling. */
  readonly spectrum: Float32Array<ArrayBuffer>;
}
