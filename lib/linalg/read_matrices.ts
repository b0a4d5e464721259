/** Matrices of tensors, on the CPU. @module */
import { type Dense, dense } from "./dense.ts";
import { shapeText } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * The matrices of a tensor, read back from the GPU in float64.
 *
 * @param tensor `[L, m, n]`, or `[m, n]` for a single matrix
 * @throws {RangeError} for a tensor of another number of dimensions
 *
 * @example Two matrices, the second one transposed
 * ```ts
 * import { openGpu, readMatrices, tensor, transpose } from "gorp";
 * using gpu = await openGpu();
 * using both = tensor(gpu, new Float32Array([1, 2, 3, 4, 5, 6, 7, 8]), [2, 2, 2]);
 * const [first, second] = readMatrices(both);
 * console.log(first.data, transpose(second).data); // 1, 2, 3, 4 and 5, 7, 6, 8
 * ```
 */
export function readMatrices(tensor: Tensor): Dense[] {
  const { shape } = tensor;
  if (shape.length !== 2 && shape.length !== 3) {
    throw new RangeError(
      `Reading matrices needs a shape [m, n] or [L, m, n]; the shape is ${shapeText(shape)}.`,
    );
  }
  const [count, m, n] = shape.length === 2 ? [1, ...shape] : shape;
  const data = tensor.readFloats();
  return Array.from({ length: count }, (_, i) => dense(m, n, data.subarray(i * m * n, (i + 1) * m * n)));
}
