/** MIGU: only the rows of a weight that matter for the present task are updated. @module */
import type { Gpu } from "../../gpu/gpu.ts";
import { addMagnitudes, keepRows, type KeptRows } from "../../kernels/row_selection.ts";
import { shapeText } from "../../tensor/shape.ts";
import { empty, type Tensor, zeros } from "../../tensor/tensor.ts";

/**
 * The magnitudes of a linear layer's outputs over the micro-batches of a step, `n_j = Σ |output_j|` over all tokens,
 * and the gradients of the rows whose n is at least a quantile of all.
 *
 * Magnitude-based gradient updating (Du et al., Findings of EMNLP 2024). Published: the 0.7 quantile, from the second
 * task on, on full weights at a learning rate of 1e-4, or on LoRA (the outputs of A, of B, or of the merged layer).
 *
 * @example The larger half of two rows
 * ```ts
 * import { continual, openGpu, tensor } from "gorp";
 * using gpu = await openGpu();
 * using scores = new continual.RowScores(gpu, 2);
 * scores.add(tensor(gpu, new Float32Array([1, -3]), [1, 2]));
 * const { kept } = scores.keep(tensor(gpu, new Float32Array([5, 6]), [2, 1]), { quantile: 0.5 });
 * console.log(kept.read()); // 0, 6
 * ```
 */
export class RowScores implements Disposable {
  /** n `[out]` */
  readonly tensor: Tensor;

  /** @param outputs rows of the layer's weight */
  constructor(gpu: Gpu, outputs: number) {
    this.tensor = zeros(gpu, [outputs]);
  }

  /** Forgets the micro-batches so far. */
  clear(): void {
    this.tensor.gpu.clear(this.tensor.range);
  }

  /** Adds the outputs `[…, out]` of a micro-batch. */
  add(outputs: Tensor): void {
    if (outputs.shape.at(-1) !== this.tensor.size) {
      throw new RangeError(
        `Outputs of shape ${
          shapeText(outputs.shape)
        } do not belong to a layer with ${this.tensor.size} rows.`,
      );
    }
    addMagnitudes(outputs, this.tensor);
  }

  /**
   * The gradient `[out, in]` of the layer's weight with the other rows set to 0, and which rows were kept.
   *
   * @param options.quantile in [0, 1], with linear interpolation; default 0.7
   * @throws {RangeError} when the gradient has another number of rows, or the quantile is outside [0, 1]
   */
  keep(gradient: Tensor, options: { readonly quantile?: number } = {}): KeptRows {
    const { quantile = 0.7 } = options;
    const { gpu, shape } = gradient;
    if (shape[0] !== this.tensor.size || shape.length !== 2) {
      throw new RangeError(
        `A gradient of shape ${shapeText(shape)} does not belong to a layer with ${this.tensor.size} rows.`,
      );
    }
    if (!(quantile >= 0 && quantile <= 1)) {
      throw new RangeError(`A quantile must be from 0 to 1; ${quantile} was given.`);
    }
    const result = { kept: empty(gpu, shape), mask: empty(gpu, [shape[0]], { dtype: "i32" }) };
    keepRows(gradient, this.tensor, quantile, result);
    return result;
  }

  /** Releases the tensor. */
  [Symbol.dispose](): void {
    this.tensor.dispose();
  }
}
