/** What a penalty on LoRA pairs is: a term of the loss beside the cross-entropy. @module */
import type { LoraPairs, LoraSizes } from "../nn/lora_pairs.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { PenalizedPair } from "./regularizers/penalized_pair.ts";

/** What a penalty compares the pairs of a group with, by name; part of a run's checkpoints. */
export type FrozenTensors = Readonly<Record<string, Tensor>>;

/** From what frozen tensors are made. */
export interface FrozenSources {
  /** The group's pairs as the task before has left them; zero before the first. */
  readonly pairs: LoraPairs;
  /** Those of the task before; none before the first. */
  readonly before: FrozenTensors;
  /** The names of the group's modules, in the order of its pairs. */
  readonly modules: readonly string[];
}

/**
 * A penalty on the present pairs of a group. Its gradients are added to those of the loss before the links of the
 * group's rules meet them; the recorded loss stays the cross-entropy.
 */
export interface PairPenalty {
  /** Such as "O-LoRA". */
  readonly name: string;
  /** What is kept frozen beside pairs of these sizes in a task, counted from 1; by default nothing. */
  readonly frozen?: (sizes: LoraSizes, task: number) => Readonly<Record<string, Shape>>;
  /** Writes its contents at the beginning of a task. */
  readonly freeze?: (frozen: FrozenTensors, from: FrozenSources) => void;
  /**
   * The penalty, `[1]`, as operations that a tape follows; null in tasks without one. It is recorded once a task and may
   * not read data.
   *
   * @param pair A `[L, r, in]` and B `[L, out, r]`
   * @throws {InputError} where it does not suit weights of this shape
   */
  readonly term: (pair: PenalizedPair, frozen: FrozenTensors, task: number) => Tensor | null;
}

/** What a penalty needs to know of a group. */
export interface PenalizedGroup {
  readonly pairs: LoraPairs;
  readonly modules: readonly string[];
}
