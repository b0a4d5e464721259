/** A matrix with a given covariance. @module */
import { type Dense, dense } from "./dense.ts";
import { symmetricEigen } from "./symmetric_eigen.ts";

/**
 * `Q √Λ [n, n]` for a covariance `C = Q Λ Qᵀ [n, n]`: its left singular vectors and squared singular values
 * are the eigenvectors and eigenvalues of `C`, falling (method document, section 3b). Eigenvalues that
 * rounding made negative count as zero.
 *
 * @param c symmetric; only its lower triangle is read
 * @throws {RangeError} when `c` is not square or an element is not finite
 *
 * @example The factor times its transpose gives the covariance back
 * ```ts
 * import { covarianceFactor, dense, multiplyTransposed } from "gorp";
 * const factor = covarianceFactor(dense(2, 2, [2, 1, 1, 2]));
 * console.log(multiplyTransposed(factor, factor).data); // 2, 1, 1, 2
 * ```
 */
export function covarianceFactor(c: Dense): Dense {
  const { values, vectors } = symmetricEigen(c);
  const n = c.rows;
  const result = dense(n, n);
  for (let j = 0; j < n; j++) {
    const length = Math.sqrt(Math.max(0, values[j]));
    for (let i = 0; i < n; i++) result.data[i * n + j] = vectors.data[i * n + j] * length;
  }
  return result;
}
