/** From a direction to new weights: learning rate and weight decay. @module */

/** How far weights go along a direction, and how much they shrink. */
export interface UpdateOptions {
  readonly learningRate: number;
  /** α, a factor of the update that leaves the decay as it is; default 1. */
  readonly scale?: number;
  /** Share of the weights, times the learning rate, that each step takes away; default 0. */
  readonly weightDecay?: number;
  /**
   * `after-update` (default): `W ← W − lr·α·n`, then `W ← W − lr·decay·W`, as the released code.
   * `before-update`: first the decay, as PyTorch's AdamW.
   */
  readonly decayOrder?: "after-update" | "before-update";
}

/**
 * The factors of a step `W ← keep · W + scale · n` along the direction n.
 *
 * @example A step without decay
 * ```ts
 * import { optim } from "gorp";
 * const { keep, scale } = optim.updateFactors({ learningRate: 0.1 });
 * if (keep !== 1 || scale !== -0.1) throw new Error(`${keep}, ${scale}`);
 * ```
 */
export function updateFactors(options: UpdateOptions): { readonly keep: number; readonly scale: number } {
  const { learningRate, scale = 1, weightDecay = 0, decayOrder = "after-update" } = options;
  const keep = 1 - learningRate * weightDecay;
  return { keep, scale: -learningRate * scale * (decayOrder === "after-update" ? keep : 1) };
}
