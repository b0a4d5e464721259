/** How many directions a task adds to the shared space. @module */

/**
 * `reach`: the smallest number of directions with which the kept energy reaches the wanted share (the paper).
 * `stop-before`: on the first task, the number of directions whose running energy is still below it (what the
 * released code does).
 */
export type RankRule = "reach" | "stop-before";

/** Energies that decide the number of new directions. */
export interface EnergyBudget {
  /** `E = ‖M‖²_F`, of all of the matrix. */
  readonly total: number;
  /** `‖M‖² − ‖M̂‖²`, the part that the space holds already. */
  readonly kept: number;
  /** Wanted share ε of the energy. */
  readonly share: number;
}

/**
 * The number c of new directions: for `reach` the smallest c with `kept + Σ_{i≤c} σ̂ᵢ² ≥ ε E`; for `stop-before`
 * the number of j with `Σ_{i≤j} σᵢ² < ε E`.
 *
 * @param singularValues σ̂ of what the space does not hold yet, falling
 * @example Two of three directions reach 90 %
 * ```ts
 * import { newDirections } from "gorp";
 * const c = newDirections([3, 1, 0.5], "reach", { total: 10.25, kept: 0, share: 0.9 });
 * if (c !== 2) throw new Error(`${c}`);
 * ```
 */
export function newDirections(
  singularValues: ArrayLike<number>,
  rule: RankRule,
  budget: EnergyBudget,
): number {
  const wanted = budget.share * budget.total;
  let energy = budget.kept;
  let count = 0;
  if (rule === "reach") {
    while (energy < wanted && count < singularValues.length) energy += singularValues[count++] ** 2;
    return count;
  }
  while (count < singularValues.length) {
    energy += singularValues[count] ** 2;
    if (energy >= wanted) break;
    count += 1;
  }
  return count;
}
