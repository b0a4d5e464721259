/** Sums of squares, the start of a norm. @module */
import type { Tensor } from "../tensor/tensor.ts";
import { partialSums, sumKernel } from "./partial_sums.ts";
import code from "./sum_squares.wgsl" with { type: "text" };

const KERNEL = sumKernel("sum_squares", code);

/** For each of `count` equal parts of x at most 64 numbers whose sum is `Σ x²`; not finite where an element is not. */
export function sumSquares(x: Tensor, count = 1): Tensor {
  return partialSums(KERNEL, [x], count);
}
