/** The link that keeps updates out of the shared space (GORP, equation 9). @module */
import type { Gpu } from "../gpu/gpu.ts";
import type { GradientTransformation } from "../optim/transformation.ts";
import { emptySpace, type SharedSpace, type Side } from "./shared_space.ts";
import { anyDirections, removeSpace, SpaceBasis } from "./space_removal.ts";

/** The spaces of all weights of a group. */
export class SpaceState implements Disposable {
  #spaces: readonly SharedSpace[];
  #basis: SpaceBasis | null = null;
  readonly #gpu: Gpu;

  constructor(gpu: Gpu, spaces: readonly SharedSpace[], readonly side: Side) {
    this.#gpu = gpu;
    this.#spaces = spaces;
    this.set(spaces);
  }

  /** One space for each weight. */
  get spaces(): readonly SharedSpace[] {
    return this.#spaces;
  }

  /** The bases on the GPU; null while all spaces are empty. */
  get basis(): SpaceBasis | null {
    return this.#basis;
  }

  /** Replaces the spaces. Steps recorded before still remove the old ones. */
  set(spaces: readonly SharedSpace[]): void {
    this.#basis?.[Symbol.dispose]();
    this.#spaces = spaces;
    this.#basis = anyDirections(spaces) ? new SpaceBasis(this.#gpu, spaces) : null;
  }

  /** Releases the bases. */
  [Symbol.dispose](): void {
    this.#basis?.[Symbol.dispose]();
  }
}

/** Options of {@linkcode removeSharedSpace}. */
export interface RemoveOptions {
  readonly side: Side;
  /** Whether spaces live on in the next task; the released code starts every task with an empty one. */
  readonly carry?: boolean;
}

/** `G ← G − S Sᵀ G` (side `rows`) or `G ← G − G S Sᵀ` (side `features`). */
export function removeSharedSpace(options: RemoveOptions): GradientTransformation<SpaceState> {
  const { side, carry = true } = options;
  const empties = (count: number, dimension: number) =>
    Array.from({ length: count }, () => emptySpace(dimension));
  return {
    init: (gpu, [count, m, n]) => new SpaceState(gpu, empties(count, side === "rows" ? m : n), side),
    startTask: (state) => {
      if (!carry) state.set(empties(state.spaces.length, state.spaces[0].dimension));
    },
    update: (gradient, { basis }) => basis ? removeSpace(gradient, basis, side) : gradient,
    dispose: (state) => state[Symbol.dispose](),
  };
}
