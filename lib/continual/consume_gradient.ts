/** Gradients that are projected and dropped one by one (GaLore's layer-wise form, Zhao et al. 2024). @module */
import type { ArenaModule } from "../models/weight_arena.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type FullRankGroup, type LoraGroup, MergedLora } from "./weight_groups.ts";

/** Told of a full-rank weight's gradient `[1, m, n]` before it is projected; may wait for the GPU. */
export type BeforeProjection = (group: FullRankGroup, index: number, gradient: Tensor) => void;

/** What gradients are added up in. */
export interface ConsumingGroups {
  readonly loraGroups: readonly LoraGroup[];
  readonly fullRankGroups: readonly FullRankGroup[];
}

/**
 * Passes the gradient of a packed weight on to the groups of the modules in it, after which it is not needed.
 *
 * @param key of the packed weight
 * @param beforeProjection called for every full-rank module; where this is recorded, at each replay
 */
export function consumeGradient(
  { loraGroups, fullRankGroups }: ConsumingGroups,
  { key, gradient }: { readonly key: string; readonly gradient: Tensor },
  beforeProjection: BeforeProjection = () => {},
): void {
  const partOf = ({ row, rows, columns }: ArenaModule) => gradient.view([rows, columns], row * columns);
  for (const group of loraGroups) {
    if (!(group instanceof MergedLora)) continue;
    group.group.modules.forEach((module, i) => {
      if (module.key === key) group.take(i, partOf(module));
    });
  }
  for (const group of fullRankGroups) {
    group.group.modules.forEach((module, i) => {
      if (module.key !== key) return;
      const part = partOf(module).view([1, module.rows, module.columns]);
      gradient.gpu.call(() => beforeProjection(group, i, part));
      group.take(i, part);
    });
  }
}

/** The sums of all groups, `[L, …]`. */
export function gradientSums({ loraGroups, fullRankGroups }: ConsumingGroups): Tensor[] {
  const sums = [
    ...loraGroups.flatMap(({ sums }) => [sums?.a, sums?.b]),
    ...fullRankGroups.map(({ sum }) => sum),
  ];
  return sums.flatMap((sum) => sum ?? []);
}
