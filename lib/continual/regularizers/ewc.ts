/** EWC: weights that old tasks need stay near where they were. @module */
import { squaredDistance } from "../../autograd/ops/squared_distance.ts";
import { weightedSum } from "../../autograd/ops/weighted_sum.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { addScaled } from "../../kernels/elementwise.ts";
import { addSquares } from "../../kernels/add_squares.ts";
import type { Shape } from "../../tensor/shape.ts";
import { type Tensor, zeros } from "../../tensor/tensor.ts";

/** A weight under training, where one or more old tasks left it, and how much it mattered to each. */
export interface AnchoredWeight {
  readonly weight: Tensor;
  /** One an old task; the last task's alone in the online form. */
  readonly anchors: readonly {
    /** θ*, of the weight's shape */
    readonly value: Tensor;
    /** F, of the weight's shape */
    readonly importance: Tensor;
  }[];
}

/**
 * `λ Σ_tasks Σ F (θ − θ*)²` over all weights, without a factor of one half.
 *
 * Elastic weight consolidation (Kirkpatrick et al., PNAS 2017) in the form of Avalanche: all tasks are kept apart, or
 * only the last anchor with a decayed sum of importances (online; Schwarz et al., ICML 2018). λ is tuned for each
 * sequence; there is no published value for adapters.
 *
 * @param options.factor λ
 * @returns `[1]`
 * @throws {RangeError} when there is no anchor
 */
export function ewcPenalty(
  weights: readonly AnchoredWeight[],
  options: { readonly factor: number },
): Tensor {
  const terms = weights.flatMap(({ weight, anchors }) =>
    anchors.map(({ value, importance }) => squaredDistance(weight, { center: value, weights: importance }))
  );
  if (terms.length === 0) throw new RangeError("EWC needs at least one task that left anchors.");
  return weightedSum(terms.map((term) => [term, options.factor]));
}

/**
 * The importance of a weight: the mean of its squared batch gradients, `F = Σ g² / batches`; in the online form on
 * top of what earlier tasks left, `decay · F_before + F`.
 *
 * @example Two batches
 * ```ts
 * import { continual, openGpu, tensor } from "gorp";
 * using gpu = await openGpu();
 * using importance = new continual.Importance(gpu, [1], { batches: 2 });
 * for (const gradient of [1, 3]) importance.add(tensor(gpu, new Float32Array([gradient])));
 * console.log(importance.tensor.item()); // 5
 * ```
 */
export class Importance implements Disposable {
  /** F so far, of the weight's shape. */
  readonly tensor: Tensor;
  readonly #batches: number;

  /**
   * @param shape of the weight
   * @param options.batches how many gradients will be added
   * @param options.before F of the tasks before, and how much of it stays
   */
  constructor(
    gpu: Gpu,
    shape: Shape,
    options: {
      readonly batches: number;
      readonly before?: { readonly tensor: Tensor; readonly decay: number };
    },
  ) {
    const { batches, before } = options;
    if (!(batches >= 1)) throw new RangeError(`Importances need at least one batch; ${batches} were given.`);
    this.tensor = zeros(gpu, shape);
    this.#batches = batches;
    if (before) addScaled(before.tensor, this.tensor, { keep: 0, scale: before.decay });
  }

  /** Adds the gradient of one batch's mean loss. */
  add(gradient: Tensor): void {
    addSquares(gradient, this.tensor, { scale: 1 / this.#batches });
  }

  /** Releases the tensor. */
  [Symbol.dispose](): void {
    this.tensor.dispose();
  }
}
