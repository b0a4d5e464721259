/** What a model under training holds from step to step. @module */
import type { AdamState } from "../optim/adam.ts";
import type { CovarianceSource } from "../projection/gradient_covariance.ts";
import type { SpaceState } from "../projection/remove_shared_space.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { AdaptedModel } from "./adapted_model.ts";
import { gradientSums } from "./consume_gradient.ts";
import type { RuleState } from "./weight_groups.ts";

/** Tensors by what they are for. */
export interface StateTensors {
  /** What the model computes with, and what adapters add to. */
  readonly trained: readonly Tensor[];
  readonly gradients: readonly Tensor[];
  /**
   * LoRA pairs, those of earlier tasks with them where they stand beside their weights, and what a penalty compares
   * them with.
   */
  readonly adapters: readonly Tensor[];
  /** Adam's moments. */
  readonly moments: readonly Tensor[];
  /** Bases of the low-rank projections. */
  readonly projections: readonly Tensor[];
  /** Bases of the shared spaces. */
  readonly spaces: readonly Tensor[];
  readonly covariances: readonly Tensor[];
}

/** The rules of all groups. */
export function ruleStates(adapted: AdaptedModel): RuleState[] {
  return namedRules(adapted).map(([, state]) => state);
}

/** The same under the names that checkpoints know them by. */
export function namedRules({ loraGroups, fullRankGroups }: AdaptedModel): [string, RuleState][] {
  return [
    ...loraGroups.flatMap(({ a, b }, i): [string, RuleState][] => [[`lora.${i}`, a], [`lora.${i}.b`, b]]),
    ...fullRankGroups.map(({ state }, i): [string, RuleState] => [`full.${i}`, state]),
  ];
}

/** The weights that outlive a task, by name. */
export function trainedTensors({ arena, loraGroups }: AdaptedModel): [string, Tensor][] {
  const weights = arena.blocks.flatMap(({ base, effective }, i) => {
    const ending = i === 0 ? "" : `.${i}`;
    return tensorsIn({ [`base${ending}`]: base, [`effective${ending}`]: effective });
  });
  const pairs = loraGroups.flatMap(({ pairs, earlier, penalty }, i) => [
    ...tensorsIn(pairs, `lora.${i}.`),
    ...tensorsIn(earlier ?? {}, `lora.${i}.earlier.`),
    ...tensorsIn(penalty?.frozen ?? {}, `lora.${i}.penalty.`),
  ]);
  return [...weights, ...pairs];
}

/** What lives from step to step of a task, by name: the bases of projections, and the states of links. */
export function livingTensors(adapted: AdaptedModel): [string, Tensor][] {
  return namedRules(adapted).flatMap(([name, { projector, links }]) => [
    ...tensorsIn(projector ?? {}, `${name}.projection.`),
    ...Object.entries<object>(links).flatMap(([link, state]) => tensorsIn(state, `${name}.${link}.`)),
  ]);
}

/** The fields that are tensors, by name. */
function tensorsIn(state: object, prefix = ""): [string, Tensor][] {
  return Object.entries(state).flatMap(([field, value]): [string, Tensor][] =>
    value instanceof Tensor ? [[prefix + field, value]] : []
  );
}

/** All tensors of a model under training but the base model's. */
export function stateTensors(adapted: AdaptedModel): StateTensors {
  const { arena: { blocks }, loraGroups } = adapted;
  const each = (tensorsOf: (state: RuleState) => readonly (Tensor | null | undefined)[]) =>
    ruleStates(adapted).flatMap((state) => tensorsOf(state).flatMap((tensor) => tensor ?? []));
  return {
    trained: blocks.flatMap(({ effective, base }) => base ? [effective, base] : [effective]),
    gradients: [...blocks.map(({ gradient }) => gradient), ...gradientSums(adapted)],
    adapters: loraGroups.flatMap(({ pairs, earlier, penalty }) => [
      ...[pairs, earlier].flatMap((of) => of ? [of.a, of.b] : []),
      ...Object.values(penalty?.frozen ?? {}),
    ]),
    moments: each(({ links }) => Object.values(links.adam as AdamState)),
    projections: each(({ projector }) => [projector?.left, projector?.right]),
    spaces: each(({ links }) => [(links.space as SpaceState | undefined)?.basis?.tensor]),
    covariances: each(({ links }) => [(links.covariance as CovarianceSource | undefined)?.tensor]),
  };
}
