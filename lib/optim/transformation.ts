/** Rules that turn gradients into updates. @module */
import type { Gpu } from "../gpu/gpu.ts";
import { addScaled } from "../kernels/elementwise.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Weights of a gradient's shape and how an update is added to them, `W ← keep · W + scale · update`. */
export interface WeightUpdate {
  readonly weights: Tensor;
  readonly keep: number;
  readonly scale: number;
}

/**
 * One link of the chain from a gradient to an update, with explicit state.
 *
 * Works on the gradients of all weights that share a shape and a rule at once: `[L, m, n]`. What `update`
 * issues is recorded and replayed at every step, so it may neither read nor write data.
 */
export interface GradientTransformation<State> {
  /** The state for gradients of this shape, before the first task. */
  init(gpu: Gpu, shape: Shape): State;
  /**
   * The transformed gradient: a new tensor, or the given one changed in place.
   *
   * @param correction `[4]`, the bias corrections of the present step
   */
  update(gradient: Tensor, state: State, correction: Tensor): Tensor;
  /** The same, but added to weights instead of being returned: for links that take one launch for both. */
  apply?(gradient: Tensor, state: State, correction: Tensor, to: WeightUpdate): void;
  /** Called before each task. */
  startTask?(state: State): void;
  /** Releases the state's tensors. */
  dispose(state: State): void;
}

/** Links by name, applied in order. An ablation leaves one out. */
// deno-lint-ignore no-explicit-any -- a chain holds links with different states
export type Links = Readonly<Record<string, GradientTransformation<any>>>;

/** The states of a chain, under its links' names. */
export type LinkStates<L extends Links = Links> = {
  readonly [Name in keyof L]: L[Name] extends GradientTransformation<infer State> ? State : never;
};

/** Fresh states for every link. */
export function initLinks<L extends Links>(links: L, gpu: Gpu, shape: Shape): LinkStates<L> {
  const entries = Object.entries(links).map(([name, link]) => [name, link.init(gpu, shape)]);
  return Object.fromEntries(entries) as LinkStates<L>;
}

/** Passes a gradient through all links. */
export function updateLinks(links: Links, gradient: Tensor, states: LinkStates, correction: Tensor): Tensor {
  let update = gradient;
  for (const [name, link] of Object.entries(links)) update = link.update(update, states[name], correction);
  return update;
}

/** Passes a gradient through all links and adds the update to weights. */
export function applyLinks(
  links: Links,
  gradient: Tensor,
  states: LinkStates,
  correction: Tensor,
  to: WeightUpdate,
): void {
  const [name, last] = Object.entries(links).at(-1) ?? [];
  if (!last?.apply) return addScaled(updateLinks(links, gradient, states, correction), to.weights, to);
  const { [name!]: _, ...others } = links;
  last.apply(updateLinks(others, gradient, states, correction), states[name!], correction, to);
}
