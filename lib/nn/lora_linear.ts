/** A linear layer with LoRA pairs beside its weight (Hu et al., 2022). @module */
import { dropout } from "../autograd/ops/dropout.ts";
import { linear } from "../autograd/ops/linear.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** One pair: `A [r, in]`, `B [out, r]`. */
export interface LoraPair {
  readonly a: Tensor;
  readonly b: Tensor;
}

/** A weight and the pairs stacked on it; usually all but the last are frozen (O-LoRA, GORP). */
export interface LoraLayer {
  /** `W [out, in]` */
  readonly weight: Tensor;
  readonly pairs: readonly LoraPair[];
  /** s = α_lora / r */
  readonly scale: number;
}

/** Dropout on what the pairs read. */
export interface LoraDropout {
  readonly probability: number;
  /** `[1]` u32, written anew for each step. */
  readonly seed: Tensor;
}

/**
 * `y = W x + s Σ_j B_j (A_j x̃)`, all pairs reading the same x̃, which is x after dropout.
 *
 * The form for wide layers and for dropout; {@linkcode LoraPairs} computes the same function through the effective
 * weights, for less at small widths and without dropout.
 *
 * @param x `[…, in]`
 * @returns `[…, out]`
 *
 * @example A fresh pair changes nothing
 * ```ts
 * import { nn, openGpu, tensor } from "gorp";
 * using gpu = await openGpu();
 * const weight = tensor(gpu, new Float32Array([1, 2, 3, 4]), [2, 2]);
 * const pair = { a: tensor(gpu, new Float32Array([5, 6]), [1, 2]), b: tensor(gpu, new Float32Array(2), [2, 1]) };
 * const x = tensor(gpu, new Float32Array([1, 1]), [1, 2]);
 * console.log(nn.loraLinear(x, { weight, pairs: [pair], scale: 4 }).read()); // 3, 7
 * ```
 */
export function loraLinear(
  x: Tensor,
  layer: LoraLayer,
  options: { readonly dropout?: LoraDropout } = {},
): Tensor {
  const { weight, pairs, scale } = layer;
  const dropped = options.dropout ? dropout(x, options.dropout.seed, options.dropout.probability) : x;
  return pairs.reduce(
    (y, { a, b }) => linear(linear(dropped, a), b, { alpha: scale, residual: y }),
    linear(x, weight),
  );
}
