/** One step of training, recorded once and replayed. @module */
import { crossEntropy } from "../autograd/ops/cross_entropy.ts";
import { Tape } from "../autograd/tape.ts";
import type { BatchExtents, ModelInputs, TokenRows } from "../models/language_model.ts";
import { type AdamOptions, BiasCorrection } from "../optim/adam.ts";
import { recorded } from "../tensor/recorded.ts";
import { copyInto, type Tensor, zeros } from "../tensor/tensor.ts";
import type { AdaptedModel } from "./adapted_model.ts";

/**
 * A training step of fixed extents: batch, loss, gradients, transformed gradients, update.
 *
 * It is recorded in two parts, gradients and update, between which projections are refreshed when they are due.
 * The losses stay on the GPU until {@linkcode TrainStep.losses} reads them.
 */
export class TrainStep implements Disposable {
  readonly #model: AdaptedModel;
  readonly #inputs: ModelInputs;
  readonly #correction: BiasCorrection;
  readonly #history: Tensor;
  readonly #gradients;
  readonly #update;

  /** @param steps how many losses to keep */
  constructor(
    model: AdaptedModel,
    extents: BatchExtents,
    options: { readonly steps: number; readonly adam: Required<AdamOptions> },
  ) {
    const { gpu } = model;
    this.#model = model;
    this.#inputs = model.model.inputs(extents);
    this.#correction = new BiasCorrection(gpu, options.adam);
    this.#history = zeros(gpu, [options.steps]);
    this.#gradients = recorded(gpu, () => this.#computeGradients());
    const { fullRank } = this.#gradients.result;
    this.#update = recorded(gpu, () => {
      const correction = this.#correction.tensor;
      for (const group of model.loraGroups) group.step(model.arena, correction);
      model.fullRankGroups.forEach((group, i) => group.step(model.arena, fullRank[i], correction));
    });
  }

  /** Kernel launches of one step. */
  get dispatches(): number {
    return this.#gradients.dispatches + this.#update.dispatches;
  }

  /**
   * Runs step `t` of a task, counted from 1, on a batch.
   *
   * @param options.beforeUpdate called when the gradients are there and projections are refreshed
   * @returns false when a projection was due and its gradient not finite: the update was left out
   */
  run(batch: TokenRows, t: number, options: { readonly beforeUpdate?: () => void } = {}): boolean {
    this.#inputs.load(batch);
    this.#correction.set(t);
    const { loss, fullRank } = this.#gradients.replay();
    copyInto(loss, this.#history.view([1], t - 1));
    for (const [i, { state }] of this.#model.fullRankGroups.entries()) {
      const { subspace } = state.rule;
      if (!subspace || (t - 1) % subspace.refreshEvery !== 0) continue;
      const gradient = fullRank[i].readFloats();
      if (!gradient.every(Number.isFinite)) return false;
      state.projector?.refresh(gradient);
    }
    options.beforeUpdate?.();
    this.#update.replay();
    this.#model.gpu.flush();
    return true;
  }

  /** The losses of steps `first` to `last`, counted from 1, each before its update. */
  losses(first: number, last: number): Float32Array<ArrayBuffer> {
    return this.#history.view([last - first + 1], first - 1).readFloats();
  }

  /** Releases the recordings and their tensors. */
  [Symbol.dispose](): void {
    for (const part of [this.#gradients, this.#update, this.#inputs, this.#correction, this.#history]) {
      part[Symbol.dispose]();
    }
  }

  #computeGradients(): { loss: Tensor; fullRank: Tensor[] } {
    const tape = new Tape();
    const { model, arena, fullRankGroups } = this.#model;
    const logits = model.forward(this.#inputs, this.#model.watched(tape));
    const loss = crossEntropy(logits, this.#inputs.labels);
    tape.backward(loss);
    return { loss, fullRank: fullRankGroups.map((group) => group.gradients(arena)) };
  }
}
