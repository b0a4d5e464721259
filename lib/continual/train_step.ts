/** One step of training, recorded once and replayed. @module */
import { crossEntropy } from "../autograd/ops/cross_entropy.ts";
import { requireOwnProducts } from "../autograd/own_product.ts";
import { Tape } from "../autograd/tape.ts";
import { matmul, matrixOf } from "../kernels/matmul.ts";
import { InputError } from "../errors/input_error.ts";
import type { BatchExtents, ModelInputs, TokenRows } from "../models/language_model.ts";
import { type AdamOptions, BiasCorrection } from "../optim/adam.ts";
import { recorded } from "../tensor/recorded.ts";
import { scope } from "../tensor/scope.ts";
import { copyInto, type Tensor, zeros } from "../tensor/tensor.ts";
import type { AdaptedModel } from "./adapted_model.ts";
import { partsOfBatch } from "./batch_halves.ts";
import { partSize, type PartWeights, replicaParts } from "./micro_batches.ts";
import { ProjectionRefresh } from "./projection_refresh.ts";
import { type Replica, ReplicaSum } from "./replica_sum.ts";

/** How a step is carried out: what memory it takes, and how parts of a batch are weighed. */
export interface StepOptions {
  /** Parts in which the rows of a step are taken, one after the other; must divide them. Default 1. */
  readonly microBatches?: number;
  /** How the parts count in the loss and the gradients; default `equal`. */
  readonly partWeights?: PartWeights;
  /** Whether the inner results of layers are computed again on the way back instead of being kept; default no. */
  readonly recompute?: boolean;
}

/**
 * To be asked before replicas set to work: they add up gradients that lie side by side.
 *
 * @throws {InputError} where a model's gradients are consumed one by one
 */
export function requireKeptGradients({ layerwise }: AdaptedModel): void {
  if (!layerwise) return;
  throw new InputError(
    "replicas needs all gradients side by side, but here they are projected one by one; leave replicas out, or set " +
      "layerwise to false.",
  );
}

/** What a step needs to know beside the model. */
export interface TrainStepOptions extends StepOptions {
  /** How many losses to keep. */
  readonly steps: number;
  readonly adam: Required<AdamOptions>;
  /** Which replica this is; by default the only one. */
  readonly replica?: Replica;
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

/**
 * A training step of fixed extents: batch, loss, gradients, transformed gradients, update.
 *
 * It is recorded in two parts, gradients and update, between which projections are refreshed when they are due.
 * The gradients of micro-batches are added up by replaying the first part for each, those of replicas on the way
 * from the first part to the second. Without micro-batches sums over rows are taken in two halves: to the last bit those
 * of two replicas, where no weight is used twice. The losses stay on the GPU until {@linkcode TrainStep.losses} reads
 * them.
 */
export class TrainStep implements Disposable {
  readonly #model: AdaptedModel;
  readonly #options: Required<StepOptions>;
  readonly #replica: Replica | null;
  readonly #inputs: ModelInputs;
  /** In how many parts sums over rows are taken. */
  readonly #batchParts: 1 | 2;
  /** Where weighted losses are added up; null when the rows are not taken in micro-batches. */
  readonly #parts: PartSum | null;
  /** `[1]`, the labelled tokens of all replicas' rows; null without replicas. */
  readonly #labels: Tensor | null;
  readonly #correction: BiasCorrection;
  readonly #history: Tensor;
  readonly #gradients;
  readonly #update;
  readonly #projections: ProjectionRefresh;
  readonly #sum: ReplicaSum | null;

  /**
   * @param extents of the whole batch
   * @throws {InputError} when the batch cannot be cut for so many micro-batches and replicas, or replicas would have to
   *   add up gradients that are consumed one by one
   */
  constructor(model: AdaptedModel, extents: BatchExtents, options: TrainStepOptions) {
    const { gpu } = model;
    this.#model = model;
    this.#options = { microBatches: 1, partWeights: "equal", recompute: false, ...options };
    const replica = this.#replica = options.replica ?? null;
    if (replica) requireKeptGradients(model);
    const { microBatches } = this.#options;
    const size = partSize(partSize(extents.size, microBatches), replica?.size ?? 1);
    this.#inputs = model.model.inputs({ ...extents, size });
    this.#batchParts = replica ? 1 : partsOfBatch({ batchSize: size, microBatches });
    this.#parts = microBatches > 1 ? { share: zeros(gpu, [1, 1]), loss: zeros(gpu, [1, 1]) } : null;
    this.#labels = replica ? zeros(gpu, [1]) : null;
    this.#projections = new ProjectionRefresh(microBatches > 1);
    this.#correction = new BiasCorrection(gpu, options.adam);
    this.#history = zeros(gpu, [options.steps]);
    this.#gradients = recorded(gpu, () => this.#computeGradients());
    this.#sum = replica ? new ReplicaSum(replica, [...model.gradients, this.#gradients.result]) : null;
    this.#update = recorded(gpu, () => {
      // pairs last: the software adapter's copies between a buffer and its texture then stand side by side
      for (const weights of [...model.fullRankGroups, ...model.loraGroups]) {
        scope(gpu, () => weights.step(model.arena, this.#correction.tensor));
      }
    });
  }

  /** The two recorded parts of a step: gradients (of one micro-batch), and what follows from them. */
  get parts(): { readonly gradients: RecordedWork; readonly update: RecordedWork } {
    return { gradients: this.#gradients, update: this.#update };
  }

  /** Has the kernels of the gradients compiled, as far as they are new, and stops behind each; changes nothing. */
  *compile(): Generator<void, void> {
    for (const _ of this.#gradients.compile()) {
      this.#history.view([1]).readFloats(); // waits for the device
      yield;
    }
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
    const loss = this.#passes(batch, t);
    this.#sum?.run();
    copyInto(loss, this.#history.view([1], t - 1));
    if (!this.#model.layerwise) this.#projections.refresh(this.#model);
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
    for (
      const part of [
        ...[this.#gradients, this.#update, this.#inputs, this.#correction, this.#history],
        ...[this.#parts?.share, this.#parts?.loss, this.#labels, this.#sum],
      ]
    ) part?.[Symbol.dispose]();
  }

  /** Computes the loss and the gradients of a batch, a micro-batch after the other, of each the replica's rows. */
  #passes(batch: TokenRows, t: number): Tensor {
    const { microBatches, partWeights } = this.#options;
    if (microBatches > 1 || this.#model.layerwise) this.#model.clearGradients();
    const [parts, labels] = [this.#parts, this.#labels];
    if (parts) parts.loss.gpu.clear(parts.loss.range);
    const cut = replicaParts(batch, { microBatches, partWeights, replica: this.#replica ?? undefined });
    for (const [part, { rows, share, labelled }] of cut.entries()) {
      this.#model.drawMasks(t, part, this.#replica?.rank);
      this.#projections.startPart(part === cut.length - 1);
      this.#inputs.load(rows);
      parts?.share.write(new Float32Array([share]));
      labels?.write(new Float32Array([labelled]));
      this.#gradients.replay();
    }
    return this.#gradients.result;
  }

  #computeGradients(): Tensor {
    const batchParts = this.#batchParts;
    const tape = new Tape({ batchParts });
    const { model } = this.#model;
    const parts = this.#parts;
    const weights = this.#model.watched(tape, {
      accumulate: this.#options.microBatches > 1,
      beforeProjection: (group, index, gradient) => this.#projections.refreshOne(group, index, gradient),
    });
    const logits = model.forward(this.#inputs, weights, { recompute: this.#options.recompute });
    requireOwnProducts(Object.values(weights));
    const mean = { labels: this.#labels ?? undefined, parts: batchParts };
    const loss = crossEntropy(logits, this.#inputs.labels, mean);
    tape.backward(loss, { weight: parts?.share });
    if (parts) {
      const factors = [loss.view([1, 1]), parts.share].map(matrixOf);
      matmul(factors[0], factors[1], matrixOf(parts.loss), { epilogue: "accumulate" });
    }
    return parts?.loss ?? loss;
  }
}
