/** Frobenius norms, not squared. @module */
import { matrixNorms, matrixNormsGradient } from "../../kernels/matrix_norms.ts";
import { total } from "../../kernels/total.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import { record } from "../tape.ts";

/**
 * `Σ_l ‖x[l]‖_F`, `[1]`: the sum of the norms of one or several matrices. The gradient at a matrix of zeros, where
 * there is none, is 0 (PyTorch's choice).
 *
 * @param x `[m, n]` or `[L, m, n]`
 */
export function matrixNormSum(x: Tensor): Tensor {
  const { gpu, shape } = x;
  const norms = empty(gpu, [shape.length === 3 ? shape[0] : 1]);
  const sum = empty(gpu, [1]);
  matrixNorms(x, norms);
  total(norms, sum);
  return record([x], sum, (upstream, sink) => {
    const dx = empty(gpu, shape);
    matrixNormsGradient(x, norms, { upstream, dx });
    sink.give(0, dx);
  });
}
