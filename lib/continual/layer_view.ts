/** What happens to each layer's gradient in a step, read back for the eye. @module */
import { InputError } from "../errors/input_error.ts";
import type { Dense } from "../linalg/dense.ts";
import { readMatrices } from "../linalg/read_matrices.ts";
import type { AdamState } from "../optim/adam.ts";
import type { SpaceState } from "../projection/remove_shared_space.ts";
import type { SharedSpace, Side } from "../projection/shared_space.ts";
import { scope } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { AdaptedModel } from "./adapted_model.ts";
import { layerNames, type RuleState } from "./weight_groups.ts";

/** The part of the training that a layer belongs to. */
export type LayerGroup = "loraA" | "loraB" | "fullRank";

/** One trained matrix at one step. */
export interface LayerView {
  /** The module's name; with `:A` or `:B` behind it for the matrices of a LoRA pair. */
  readonly layer: string;
  readonly group: LayerGroup;
  /** `G [m, n]`, as the loss gives it. */
  readonly gradient: Dense;
  /** The gradient as the shared space and Adam meet it: compressed where the rule compresses, else `gradient`. */
  readonly compressed: Dense;
  /** Adam's first moment before the step's update, of the shape of `compressed`. */
  readonly firstMoment: Dense;
  /** S, for methods that have one. */
  readonly space: SharedSpace | null;
  /** The side of `compressed` on which S lives; null without S. */
  readonly side: Side | null;
}

/** What of a layer is there also where full-rank gradients are projected and dropped one by one. */
export type CompressedView = Pick<LayerView, "layer" | "group" | "compressed" | "space" | "side">;

/** A group of layers, with what they are read from. */
interface ViewedGroup {
  readonly group: LayerGroup;
  readonly layers: readonly string[];
  readonly state: RuleState;
  /** `[L, …]` */
  readonly compressed: () => Tensor;
  /** `[L, m, n]` */
  readonly gradient: () => Tensor;
}

/**
 * Reads all layers of a model whose gradients are computed and not yet used. Waits for the GPU.
 *
 * @throws {InputError} where full-rank gradients are dropped one by one (`layerwise`)
 */
export function viewLayers(model: AdaptedModel): LayerView[] {
  if (model.layerwise && model.fullRankGroups.length > 0) {
    throw new InputError(
      "Cannot look at gradients that are projected and dropped one by one; train with layerwise=false.",
    );
  }
  return scope(model.gpu, () =>
    groupsOf(model).flatMap((viewed) => {
      const gradients = readMatrices(viewed.gradient());
      const moments = readMatrices((viewed.state.links.adam as AdamState).firstMoment);
      return compressedViews(viewed)
        .map((view, i) => ({ ...view, gradient: gradients[i], firstMoment: moments[i] }));
    }));
}

/**
 * Reads the gradients as shared spaces and Adam meet them, and the spaces, in the order of {@linkcode viewLayers}; also
 * where gradients are dropped one by one. Waits for the GPU.
 */
export function viewCompressed(model: AdaptedModel): CompressedView[] {
  return scope(model.gpu, () => groupsOf(model).flatMap(compressedViews));
}

/** Adam's first moment of one trained matrix. */
export type MomentView = Pick<LayerView, "layer" | "group" | "firstMoment">;

/** Reads the first moments as they are now, in the order of {@linkcode viewLayers}. Waits for the GPU. */
export function viewMoments(model: AdaptedModel): MomentView[] {
  const moments = (group: LayerGroup, state: RuleState, layers: readonly string[]): MomentView[] => {
    const read = readMatrices((state.links.adam as AdamState).firstMoment);
    return layers.map((layer, i) => ({ layer, group, firstMoment: read[i] }));
  };
  return [
    ...model.loraGroups.flatMap(({ group, a, b }) => [
      ...moments("loraA", a, layerNames(group, ":A")),
      ...moments("loraB", b, layerNames(group, ":B")),
    ]),
    ...model.fullRankGroups.flatMap(({ state, group }) => moments("fullRank", state, layerNames(group))),
  ];
}

function groupsOf({ arena, loraGroups, fullRankGroups }: AdaptedModel): ViewedGroup[] {
  const lora = loraGroups.flatMap((pairs): ViewedGroup[] => {
    const gradients = pairs.gradients(arena);
    return (["a", "b"] as const).map((side) => ({
      group: side === "a" ? "loraA" : "loraB",
      layers: layerNames(pairs.group, side === "a" ? ":A" : ":B"),
      state: pairs[side],
      compressed: () => pairs[side].project(gradients[side]),
      gradient: () => gradients[side],
    }));
  });
  const full = fullRankGroups.map((weights): ViewedGroup => ({
    group: "fullRank",
    layers: layerNames(weights.group),
    state: weights.state,
    compressed: () => weights.projected(arena),
    gradient: () => weights.gradients(arena),
  }));
  return [...lora, ...full];
}

function compressedViews({ group, layers, state, compressed }: ViewedGroup): CompressedView[] {
  const read = readMatrices(compressed());
  const space = state.links.space as SpaceState | undefined;
  return layers.map((layer, i) => ({
    ...{ layer, group, compressed: read[i] },
    space: space?.spaces[i] ?? null,
    side: space?.side ?? null,
  }));
}
