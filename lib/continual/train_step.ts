/** One step of training, recorded once and replayed. @module */
import { crossEntropy } from "../autograd/ops/cross_entropy.ts";
import { requireOwnProducts } from "../autograd/own_product.ts";
import { Tape } from "../autograd/tape.ts";
import { matmul, matrixOf } from "../kernels/matmul.ts";
import type { BatchExtents, ModelInputs, TokenRows } from "../models/language_model.ts";
import { type AdamOptions, BiasCorrection } from "../optim/adam.ts";
import { recorded } from "../tensor/recorded.ts";
import { scope } from "../tensor/scope.ts";
import { copyInto, type Tensor, zeros } from "../tensor/tensor.ts";
import type { AdaptedModel } from "./adapted_model.ts";
import { microBatches, partSize, type PartWeights } from "./micro_batches.ts";
import { ProjectionRefresh } from "./projection_refresh.ts";

/** How a step is carried out: what memory it takes, and how parts of a batch are weighed. */
export interface StepOptions {
  /** Parts in which the rows of a step are taken, one after the other; must divide them. Default 1. */
  readonly microBatches?: number;
  /** How the parts count in the loss and the gradients; default `equal`. */
  readonly partWeights?: PartWeights;
  /** Whether the inner results of layers are computed again on the way back instead of being kept; default no. */
  readonly recompute?: boolean;
}

/** What a step needs to know beside the model. */
export interface TrainStepOptions extends StepOptions {
  /** How many losses to keep. */
  readonly steps: number;
  readonly adam: Required<AdamOptions>;
}

/** What one replay of recorded work takes. */
export interface RecordedWork {
  /** Kernel launches. */
  readonly dispatches: number;
  /** Floating-point operations of matrix products and attention. */
  readonly operations: number;
  /** Bytes of the buffers that belong to it. */
  readonly bytes: number;
}

interface PartSum {
  /** `[1, 1]`, by which the present micro-batch counts. */
  readonly share: Tensor;
  /** `[1, 1]`, the weighted losses so far. */
  readonly loss: Tensor;
}

interface StepGradients {
  readonly loss: Tensor;
  /** Of each group of full-rank weights, `[L, m, n]`; null where they are consumed one by one. */
  readonly fullRank: readonly Tensor[] | null;
}

/**
 * A training step of fixed extents: batch, loss, gradients, transformed gradients, update.
 *
 * It is recorded in two parts, gradients and update, between which projections are refreshed when they are due.
 * The gradients of micro-batches are added up by replaying the first part for each. The losses stay on the GPU
 * until {@linkcode TrainStep.losses} reads them.
 */
export class TrainStep implements Disposable {
  readonly #model: AdaptedModel;
  readonly #options: Required<StepOptions>;
  readonly #inputs: ModelInputs;
  /** Where micro-batches are added up; null when there is one only. */
  readonly #parts: PartSum | null;
  readonly #correction: BiasCorrection;
  readonly #history: Tensor;
  readonly #gradients;
  readonly #update;
  readonly #projections: ProjectionRefresh;

  /**
   * @param extents of the whole batch
   * @throws {InputError} when the batch cannot be cut into that many micro-batches
   */
  constructor(model: AdaptedModel, extents: BatchExtents, options: TrainStepOptions) {
    const { gpu } = model;
    this.#model = model;
    this.#options = { microBatches: 1, partWeights: "equal", recompute: false, ...options };
    const size = partSize(extents.size, this.#options.microBatches);
    this.#inputs = model.model.inputs({ ...extents, size });
    this.#parts = this.#options.microBatches > 1
      ? { share: zeros(gpu, [1, 1]), loss: zeros(gpu, [1, 1]) }
      : null;
    this.#projections = new ProjectionRefresh(this.#parts !== null);
    this.#correction = new BiasCorrection(gpu, options.adam);
    this.#history = zeros(gpu, [options.steps]);
    this.#gradients = recorded(gpu, () => this.#computeGradients());
    const { fullRank } = this.#gradients.result;
    this.#update = recorded(gpu, () => {
      const correction = this.#correction.tensor;
      for (const group of model.loraGroups) scope(gpu, () => group.step(model.arena, correction));
      for (const [i, group] of model.fullRankGroups.entries()) {
        scope(gpu, () => group.step(fullRank?.[i] ?? null, correction));
      }
    });
  }

  /** The two recorded parts of a step: gradients (of one micro-batch), and what follows from them. */
  get parts(): { readonly gradients: RecordedWork; readonly update: RecordedWork } {
    return { gradients: this.#gradients, update: this.#update };
  }

  /** Kernel launches of one step. */
  get dispatches(): number {
    return this.#gradients.dispatches + this.#update.dispatches;
  }

  /** Bytes of what the two parts of a step work on, beside what they are given and what lives on. */
  get bytes(): { readonly gradients: number; readonly update: number } {
    return { gradients: this.#gradients.bytes, update: this.#update.bytes };
  }

  /**
   * Runs step `t` of a task, counted from 1, on a batch.
   *
   * @param options.beforeUpdate called when the gradients are there and projections are refreshed
   * @returns false when a projection was due and its gradient not finite: the update was left out
   */
  run(batch: TokenRows, t: number, options: { readonly beforeUpdate?: () => void } = {}): boolean {
    this.#correction.set(t);
    this.#projections.startStep(t);
    const { loss, fullRank } = this.#passes(batch, t);
    copyInto(loss, this.#history.view([1], t - 1));
    fullRank?.forEach((gradients, i) => this.#projections.refresh(this.#model.fullRankGroups[i], gradients));
    if (this.#projections.failed) return false;
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
    this.#parts?.share.dispose();
    this.#parts?.loss.dispose();
  }

  /** Computes the loss and the gradients of a batch, a micro-batch after the other. */
  #passes(batch: TokenRows, t: number): StepGradients {
    if (this.#parts || this.#model.layerwise) this.#model.clearGradients();
    if (!this.#parts) {
      this.#model.drawMasks(t);
      this.#inputs.load(batch);
      return this.#gradients.replay();
    }
    const { share: factor, loss } = this.#parts;
    loss.gpu.clear(loss.range);
    const cut = microBatches(batch, this.#options.microBatches, this.#options.partWeights);
    for (const [part, { rows, share }] of cut.entries()) {
      this.#model.drawMasks(t, part);
      this.#projections.startPart(part === cut.length - 1);
      this.#inputs.load(rows);
      factor.write(new Float32Array([share]));
      this.#gradients.replay();
    }
    return this.#gradients.result;
  }

  #computeGradients(): StepGradients {
    const tape = new Tape();
    const { model, arena, fullRankGroups, layerwise } = this.#model;
    const parts = this.#parts;
    const weights = this.#model.watched(tape, {
      accumulate: parts !== null,
      beforeProjection: (group, index, gradient) => this.#projections.refreshOne(group, index, gradient),
    });
    const logits = model.forward(this.#inputs, weights, { recompute: this.#options.recompute });
    requireOwnProducts(Object.values(weights));
    const loss = crossEntropy(logits, this.#inputs.labels);
    tape.backward(loss, { weight: parts?.share });
    if (parts) {
      const factors = [loss.view([1, 1]), parts.share].map(matrixOf);
      matmul(factors[0], factors[1], matrixOf(parts.loss), { epilogue: "accumulate" });
    }
    const fullRank = layerwise ? null : fullRankGroups.map((group) => group.gradients(arena));
    return { loss: parts?.loss ?? loss, fullRank };
  }
}
