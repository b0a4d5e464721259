/** How the live gradients stand to the shared spaces. @module */
import { dense } from "../linalg/dense.ts";
import type { ModuleGroup } from "../models/weight_arena.ts";
import type { SpaceState } from "../projection/remove_shared_space.ts";
import { type SpaceOverlap, spaceOverlap } from "../projection/space_overlap.ts";
import { scope } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { AdaptedModel } from "./adapted_model.ts";
import type { RuleState } from "./weight_groups.ts";

/** One layer's space and its gradient at one step. */
export interface SpaceProbe extends SpaceOverlap {
  /** As in reports of a task's end: the module, with `:A` for the A of its LoRA pair. */
  readonly layer: string;
}

/**
 * Compares every gradient with the shared space that is removed from it, in the coordinates in which that happens:
 * after the projection to a small space. Reads the gradients back (a few hundred kilobytes for a small model).
 *
 * @param model with the gradients of a step, before its update
 * @returns one entry a layer that has a space; none where the method removes none, or a gradient is not finite
 */
export function probeSpaces(model: AdaptedModel): SpaceProbe[] {
  return scope(model.gpu, () => [
    ...model.loraGroups.flatMap(({ a, pairs, group }) =>
      probeGroup(a, () => pairs.gradients(model.arena.gradients(group)).a, layerNames(group, ":A"))
    ),
    ...model.fullRankGroups.flatMap((full) =>
      probeGroup(full.state, () => full.gradients(model.arena), layerNames(full.group))
    ),
  ]);
}

function layerNames({ modules }: ModuleGroup, suffix = ""): string[] {
  return modules.map(({ name }) => name + suffix);
}

function probeGroup(
  { links, projector }: RuleState,
  gradientOf: () => Tensor,
  layers: readonly string[],
): SpaceProbe[] {
  const space = links.space as SpaceState | undefined;
  if (space === undefined) return [];
  const gradient = gradientOf();
  const projected = projector?.project(gradient) ?? gradient;
  const [, m, n] = projected.shape;
  const values = projected.readFloats();
  if (!values.every(Number.isFinite)) return [];
  return layers.map((layer, i) => {
    const matrix = dense(m, n, values.subarray(i * m * n, (i + 1) * m * n));
    return { layer, ...spaceOverlap(space.spaces[i], matrix, { side: space.side }) };
  });
}
