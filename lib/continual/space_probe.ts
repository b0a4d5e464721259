/** How the live gradients stand to the shared spaces. @module */
import { type SpaceOverlap, spaceOverlap } from "../projection/space_overlap.ts";
import type { AdaptedModel } from "./adapted_model.ts";
import { viewCompressed } from "./layer_view.ts";

/** One layer's space and its gradient at one step. */
export interface SpaceProbe extends SpaceOverlap {
  /** As in reports of a task's end: the module, with `:A` for the A of its LoRA pair. */
  readonly layer: string;
}

/**
 * Compares every gradient with the shared space that is removed from it, in the coordinates in which that happens:
 * after the compression. Reads the gradients back (a few hundred kilobytes for a small model).
 *
 * @param model with the gradients of a step, before its update
 * @returns one entry a layer that has a space; none for a gradient that is not finite
 */
export function probeSpaces(model: AdaptedModel): SpaceProbe[] {
  return viewCompressed(model).flatMap(({ layer, compressed, space, side }) =>
    space && side && compressed.data.every(Number.isFinite)
      ? [{ layer, ...spaceOverlap(space, compressed, { side }) }]
      : []
  );
}
