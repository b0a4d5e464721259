/** Refreshing projections when they are due. @module */
import { NotFiniteError } from "../linalg/not_finite_error.ts";
import type { LowRankProjector } from "../projection/low_rank_projector.ts";
import { scope } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { AdaptedModel } from "./adapted_model.ts";
import type { FullRankGroup } from "./weight_groups.ts";

/** Takes the bases of projections from the gradients of the present step, where that is due. */
export class ProjectionRefresh {
  /** Whether a gradient of the present step was not finite. */
  failed = false;
  #t = 1;
  #isLastPart = true;
  readonly #addsUp: boolean;
  /** Gradients of modules over the micro-batches so far, in the memory of the process. */
  readonly #sums = new Map<string, Float32Array<ArrayBuffer>>();

  /** `addsUp`: whether a step has several micro-batches. */
  constructor(addsUp: boolean) {
    this.#addsUp = addsUp;
  }

  /** Begins step `t`, counted from 1. */
  startStep(t: number): void {
    this.#t = t;
    this.failed = false;
  }

  /** Begins a micro-batch. */
  startPart(isLast: boolean): void {
    this.#isLastPart = isLast;
  }

  /** Refreshes the projections of all groups from their gradients in the arena. */
  refresh({ gpu, arena, fullRankGroups }: AdaptedModel): void {
    for (const group of fullRankGroups.filter((each) => this.#isDue(each))) {
      scope(gpu, () => this.#take(group.state.projector!, group.gradients(arena)));
    }
  }

  /**
   * Refreshes the projection of one weight from its gradient `[1, m, n]`, which goes away after it is projected. Of
   * several micro-batches the last decides: the gradient is then that of the whole batch.
   */
  refreshOne(group: FullRankGroup, index: number, gradient: Tensor): void {
    if (!this.#isDue(group)) return;
    if (this.#addsUp && !this.#addUp(group.group.modules[index].name, gradient)) return;
    if (this.#addsUp) {
      const projected = group.sumOf(index); // of the other parts, by the old bases
      projected.gpu.clear(projected.range);
    }
    this.#take(group.state.projector!.at(index), gradient);
  }

  #isDue({ state: { rule: { subspace } } }: FullRankGroup): boolean {
    return subspace !== undefined && (this.#t - 1) % subspace.refreshEvery === 0;
  }

  /** Adds a gradient to those before; true when this was the last, which is then replaced by the sum. */
  #addUp(name: string, gradient: Tensor): boolean {
    const values = gradient.readFloats();
    const sum = this.#sums.get(name);
    if (sum) { for (let i = 0; i < sum.length; i++) sum[i] += values[i]; }
    if (!sum) this.#sums.set(name, values);
    if (!this.#isLastPart) return false;
    gradient.write(this.#sums.get(name)!);
    this.#sums.delete(name);
    return true;
  }

  #take(projector: LowRankProjector, gradients: Tensor): void {
    try {
      projector.refreshFrom(gradients);
    } catch (error) {
      if (!(error instanceof NotFiniteError)) throw error;
      this.failed = true;
    }
  }
}
