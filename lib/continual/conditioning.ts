/** Where what a step computes with is rounding error. @module */
import type { Dense } from "../linalg/dense.ts";
import { readMatrices } from "../linalg/read_matrices.ts";
import type { SpaceState } from "../projection/remove_shared_space.ts";
import { shareOffDiagonal, shareOutside } from "../projection/rounding_shares.ts";
import { scope } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { AdaptedModel } from "./adapted_model.ts";
import { layerNames, type RuleState } from "./weight_groups.ts";

/** Below this share of its norm, what is left of a float32 gradient is rounding error. */
export const ROUNDING_SHARE = 1e-6;

/** A share of a gradient's norm that is rounding error, at one layer. */
export interface RoundingReport {
  /**
   * `shareLeft`: what is left of the gradient after S is removed. `offDiagonalShare`: of a gradient projected on both
   * sides by its own singular vectors, which would be diagonal without rounding.
   */
  readonly kind: "shareLeft" | "offDiagonalShare";
  readonly layer: string;
  readonly share: number;
}

/** What to say of reports of one kind, once a run. */
export const ROUNDING_WARNINGS: Readonly<Record<RoundingReport["kind"], string>> = {
  shareLeft:
    `The shared space fills whole layers: less than ${ROUNDING_SHARE} of their gradients is left, which is ` +
    "rounding error that Adam divides by its own size (metric shareLeft).",
  offDiagonalShare:
    "Two-sided projection: right after a refresh all but the diagonal of the projected gradient is " +
    "rounding error, which Adam's division by √v can amplify, so runs depend on the order of summation (metric " +
    "offDiagonalShare).",
};

/**
 * Finds the layers whose gradient is rounding error in the coordinates of Adam.
 *
 * @param model with the gradients of a step, before its update
 * @param options.refreshed whether projections have just been taken from these gradients
 * @returns reports of `shareLeft` below {@linkcode ROUNDING_SHARE}, and of `offDiagonalShare` after a refresh
 */
export function findRounding(
  model: AdaptedModel,
  options: { readonly refreshed: boolean },
): RoundingReport[] {
  return scope(model.gpu, () => [
    ...model.loraGroups.flatMap((lora) => {
      const layers = layerNames(lora.group, ":A");
      return reportsOf(lora.a, () => lora.gradients(model.arena).a, { layers, ...options });
    }),
    ...model.fullRankGroups.flatMap((full) => {
      const layers = layerNames(full.group);
      return reportsOf(full.state, () => full.projected(model.arena), { layers, ...options });
    }),
  ]);
}

function reportsOf(
  { rule, links }: RuleState,
  projectedOf: () => Tensor,
  { layers, refreshed }: { readonly layers: readonly string[]; readonly refreshed: boolean },
): RoundingReport[] {
  const space = links.space as SpaceState | undefined;
  const isTwoSided = refreshed && rule.subspace?.form === "two-sided";
  const removes = space?.spaces.some(({ basis }) => basis.columns > 0) ?? false;
  if (!isTwoSided && !removes) return [];
  const matrices = readMatrices(projectedOf());
  return matrices.flatMap((matrix, i): RoundingReport[] => {
    if (isZeroOrNotFinite(matrix)) return [];
    const layer = layers[i];
    const left = removes ? shareOutside(space!.spaces[i], matrix, space!.side) : 1;
    return [
      ...(left < ROUNDING_SHARE ? [{ kind: "shareLeft", layer, share: left } as const] : []),
      ...(isTwoSided ? [{ kind: "offDiagonalShare", layer, share: shareOffDiagonal(matrix) } as const] : []),
    ];
  });
}

function isZeroOrNotFinite({ data }: Dense): boolean {
  return !data.every(Number.isFinite) || data.every((value) => value === 0);
}
