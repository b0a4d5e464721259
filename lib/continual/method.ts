/** What a continual-learning method is: a few values, to be composed and compared. @module */
import type { AdamOptions } from "../optim/adam.ts";
import type { AdaptedModel } from "./adapted_model.ts";
import type { MethodChoice } from "./method_choice.ts";
import type { TrainingPlan } from "./training_plan.ts";

/** A method: which weights are trained, by which rules, and what happens between tasks. */
export interface Method extends TrainingPlan {
  /** Such as "GORP". */
  readonly name: string;
  /** Such as "B+L+S". */
  readonly variant: string;
  /** Such as "aligned". */
  readonly profile: string;
  /** The name in tables and plots. */
  readonly label: string;
  /** Coefficients of Adam, which fix the bias corrections of every rule. */
  readonly adam?: AdamOptions;
  /** Everything that defines the method, as a JSON value; its hash names a run. */
  readonly options: unknown;
  /** From what another process can make the same method; without it, its runs stay in this process. */
  readonly choice?: MethodChoice;
  /** Called after fresh adapters are in place, before the first step of a task. */
  readonly startTask?: (model: AdaptedModel) => void;
  /** Called after the last step of a task; returns what was measured. */
  readonly endTask?: (model: AdaptedModel) => TaskEndReport;
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
