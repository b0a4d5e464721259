/** Products of matrices that are both variable. @module */
import { batchOf, matmul, type MatmulOptions } from "../../kernels/matmul.ts";
import { shapeText } from "../../tensor/shape.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import type { Slot } from "../sink.ts";
import { record } from "../tape.ts";

/** Which factors of {@linkcode product} are transposed. */
export interface ProductOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/**
 * `C = op(A) op(B)`, matrix by matrix, where `op` transposes or not.
 *
 * @param a `[m, k]` or `[L, m, k]`; with `transposeA` `[k, m]` or `[L, k, m]`
 * @param b `[k, n]` or `[L, k, n]`; with `transposeB` `[n, k]` or `[L, n, k]`
 * @returns `[m, n]` or `[L, m, n]`
 * @throws {RangeError} when the sizes do not fit
 *
 * @example What a LoRA pair adds to its weight, up to its scale
 * ```ts
 * import { autograd, openGpu, tensor } from "gorp";
 * using gpu = await openGpu();
 * const b = tensor(gpu, new Float32Array([1, 2]), [2, 1]);
 * const a = tensor(gpu, new Float32Array([3, 4, 5]), [1, 3]);
 * console.log(autograd.product(b, a).read()); // 3, 4, 5, 6, 8, 10
 * ```
 */
export function product(a: Tensor, b: Tensor, options: ProductOptions = {}): Tensor {
  const { transposeA = false, transposeB = false } = options;
  const [left, right] = [asBatch(a), asBatch(b)];
  const [batch] = left.shape;
  if (a.shape.length !== b.shape.length || right.shape[0] !== batch) {
    throw new RangeError(`Cannot multiply ${shapeText(a.shape)} by ${shapeText(b.shape)}, matrix by matrix.`);
  }
  const [m, n] = [left.shape[transposeA ? 2 : 1], right.shape[transposeB ? 1 : 2]];
  const c = empty(a.gpu, a.shape.length === 2 ? [m, n] : [batch, m, n]);
  const multiply = (x: Tensor, y: Tensor, z: Tensor, more: MatmulOptions) =>
    matmul(batchOf(x), batchOf(y), batchOf(asBatch(z)), { ...more, batch });
  multiply(left, right, c, { transposeA, transposeB });
  return record([a, b], c, (gradient, sink) => {
    const dC = asBatch(gradient);
    if (sink.wants(0)) {
      const slot = sink.slot(0);
      // dA = dC op(B)ᵀ, or transposed
      if (transposeA) {
        multiply(right, dC, slot.gradient, { transposeA: transposeB, transposeB: true, ...addedTo(slot) });
      } else multiply(dC, right, slot.gradient, { transposeB: !transposeB, ...addedTo(slot) });
    }
    if (sink.wants(1)) {
      const slot = sink.slot(1);
      // dB = op(A)ᵀ dC, or transposed
      if (transposeB) {
        multiply(dC, left, slot.gradient, { transposeA: true, transposeB: transposeA, ...addedTo(slot) });
      } else multiply(left, dC, slot.gradient, { transposeA: !transposeA, ...addedTo(slot) });
    }
  });
}

function asBatch(x: Tensor): Tensor {
  return x.shape.length === 2 ? x.view([1, ...x.shape]) : x;
}

function addedTo({ previous }: Slot): Pick<MatmulOptions, "epilogue" | "operand"> {
  return previous ? { epilogue: "residual", operand: batchOf(asBatch(previous)) } : {};
}
