/** LoRA pairs of many modules at once (Hu et al., 2022). @module */
import type { BlockOffsets } from "../kernels/blocks.ts";
import { addLowRankBlocks } from "../kernels/low_rank_blocks.ts";
import { batchOf, matmul, matrixOf } from "../kernels/matmul.ts";
import type { Gpu } from "../gpu/gpu.ts";
import type { Random } from "../tensor/random.ts";
import { empty, type Tensor, zeros } from "../tensor/tensor.ts";

/** Extents of the pairs of one group. */
export interface LoraSizes {
  /** L, the number of modules. */
  readonly modules: number;
  /** Rows of each module's weight. */
  readonly outputs: number;
  /** Columns of each module's weight. */
  readonly inputs: number;
  /** r */
  readonly rank: number;
  /** s = α_lora / r */
  readonly scale: number;
}

/**
 * The trainable pairs `A [L, r, in]`, `B [L, out, r]` of L modules of equal shape, `W_eff = W + s · B A`.
 *
 * The pairs act as a reparametrization of the weights: the model computes with `W_eff`, and the gradients of A
 * and B follow from that of `W_eff`. Without dropout this equals adding `s · B (A x)` to every output, costs
 * less at small widths, and does not grow with the number of stacked pairs.
 */
export class LoraPairs implements Disposable {
  readonly a: Tensor;
  readonly b: Tensor;

  constructor(gpu: Gpu, readonly sizes: LoraSizes) {
    const { modules, outputs, inputs, rank } = sizes;
    this.a = zeros(gpu, [modules, rank, inputs]);
    this.b = zeros(gpu, [modules, outputs, rank]);
  }

  /** Starts fresh pairs: the given A, and B = 0. */
  start(a: Float32Array<ArrayBuffer>): void {
    this.a.write(a);
    this.b.gpu.clear(this.b.range);
  }

  /** `x[offsets …] = base[offsets …] + s · B A`, a block `[out, in]` for each pair; without `base` on x in place. */
  addTo(x: Tensor, offsets: BlockOffsets, options: { readonly base?: Tensor } = {}): void {
    addLowRankBlocks({ left: this.b, right: this.a }, x, offsets, { ...options, scale: this.sizes.scale });
  }

  /**
   * The gradients of the pairs, `dA = s · Bᵀ dW`, `dB = s · dW Aᵀ`.
   *
   * @param dW `[L, out, in]`, the gradients of the effective weights
   */
  gradients(dW: Tensor): { a: Tensor; b: Tensor } {
    const { modules: batch, scale: alpha } = this.sizes;
    const a = empty(dW.gpu, this.a.shape);
    const b = empty(dW.gpu, this.b.shape);
    matmul(batchOf(this.b), batchOf(dW), batchOf(a), { transposeA: true, batch, alpha });
    matmul(batchOf(dW), batchOf(this.a), batchOf(b), { transposeB: true, batch, alpha });
    return { a, b };
  }

  /**
   * Adds the gradients of one pair to sums of the pairs' shapes.
   *
   * @param dW `[out, in]`, the gradient of its effective weight
   */
  addGradients(index: number, dW: Tensor, sums: { readonly a: Tensor; readonly b: Tensor }): void {
    const { outputs, inputs, rank, scale: alpha } = this.sizes;
    const pairA = (of: Tensor) => matrixOf(of.view([rank, inputs], index * rank * inputs));
    const pairB = (of: Tensor) => matrixOf(of.view([outputs, rank], index * outputs * rank));
    const sum = { alpha, epilogue: "accumulate" } as const;
    matmul(pairB(this.b), matrixOf(dW), pairA(sums.a), { ...sum, transposeA: true });
    matmul(matrixOf(dW), pairA(this.a), pairB(sums.b), { ...sum, transposeB: true });
  }

  /** Releases the tensors. */
  [Symbol.dispose](): void {
    this.a.dispose();
    this.b.dispose();
  }
}

/** A fresh `A [L, r, in]`, uniform in ±1/√in (the released code's and PEFT's default). */
export function freshLoraA(sizes: LoraSizes, random: Random): Float32Array<ArrayBuffer> {
  const bound = 1 / Math.sqrt(sizes.inputs);
  return random.uniformArray(sizes.modules * sizes.rank * sizes.inputs, -bound, bound);
}
