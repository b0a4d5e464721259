/** O-LoRA: a fresh adapter for each task, kept orthogonal to the earlier ones. @module */
import { type Term, weightedSum } from "../../autograd/ops/weighted_sum.ts";
import { joinedPieces } from "../joined_pieces.ts";
import type { LoraSizes } from "../../nn/lora_pairs.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Method } from "../method.ts";
import type { FrozenSources, FrozenTensors, PairPenalty } from "../pair_penalty.ts";
import { normTerm, overlapTerm } from "../regularizers/o_lora.ts";
import { loraMethod, type LoraMethodKind, type LoraOptions } from "./lora_method.ts";
import {
  factorByTask,
  factorOf,
  type MethodOption,
  type OptionValues,
  type TaskFactors,
} from "./method_option.ts";

/** O-LoRA's own options. */
type Own = { readonly lambda1: MethodOption<TaskFactors>; readonly lambda2: MethodOption<TaskFactors> };

/** Options of {@linkcode oLora}. */
export interface OLoraMethodOptions extends LoraOptions {
  /** λ1, of the overlap with earlier adapters; a list has one a task. Default 0.5. */
  readonly lambda1: TaskFactors;
  /** λ2, of the norms; a list has one a task. Default 0. */
  readonly lambda2: TaskFactors;
}

/** What O-LoRA is. */
export const O_LORA: LoraMethodKind<Own> = {
  id: "o-lora",
  name: "O-LoRA",
  summary: "stacked adapters, each penalized for its overlap with the earlier ones",
  adapters: "stack",
  own: { lambda1: factorByTask(0.5), lambda2: factorByTask(0) },
  penalty,
};

/**
 * Stacked adapters, with `λ1 Σ |A_j Aᵀ| + λ2 Σ (‖A‖_F + ‖B‖_F)` added to the loss, entrywise over the earlier `A_j`, and
 * over all modules.
 *
 * Wang et al., Orthogonal subspace learning for language model continual learning, EMNLP 2023. Published for T5-large:
 * r 8, λ1 0.5 and λ2 0 on orders 1 to 3; on order 6 λ1 0, eight times 0.5, six times 5, and λ2 from 0 to 0.3 task by task;
 * learning rate 1e-3, batch 64, gradients clipped at 1, which the kit does not do. The sum runs over modules: what λ1
 * weighs changes with the model. Its authors advise λ1 from 0 to 5 and λ2 from 0 to 0.5, to be searched.
 *
 * @throws {InputError} for an option that it does not have, or one out of range
 *
 * @example No penalty in the first task, a strong one later
 * ```ts
 * import { continual } from "gorp";
 * const method = continual.oLora({ lambda1: [0, 0.5, 5] });
 * if (method.label !== "O-LoRA") throw new Error(method.label);
 * ```
 */
export function oLora(options: Partial<OLoraMethodOptions> = {}): Method {
  return loraMethod(O_LORA, options);
}

function penalty({ lambda1, lambda2 }: OptionValues<Own>): PairPenalty {
  return {
    name: O_LORA.name,
    frozen: oldShape,
    freeze: stackOldA,
    term: (pair, { oldA }, task) => {
      const [overlap, norms] = [factorOf(lambda1, task), factorOf(lambda2, task)];
      const terms: Term[] = [];
      if (oldA && overlap > 0) terms.push([overlapTerm([{ ...pair, oldA }])!, overlap]);
      if (norms > 0) terms.push([normTerm([pair]), norms]);
      return terms.length > 0 ? weightedSum(terms) : null;
    },
  };
}

function oldShape({ modules, rank, inputs }: LoraSizes, task: number): Readonly<Record<string, Shape>> {
  return task === 1 ? {} : { oldA: [modules, (task - 1) * rank, inputs] };
}

/** Puts the As of the task before below those of earlier ones. */
function stackOldA({ oldA }: FrozenTensors, { pairs, before }: FrozenSources): void {
  if (!oldA) return;
  const parts = [before.oldA, pairs.a].flatMap((part) => part ? [part.readFloats()] : []);
  oldA.write(joinedPieces(pairs.sizes.modules, parts));
}
