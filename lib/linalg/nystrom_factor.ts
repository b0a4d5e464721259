/** A symmetric matrix from its products with a few vectors. @module */
import { type Dense, dense, multiply, transpose } from "./dense.ts";
import { symmetricEigen } from "./symmetric_eigen.ts";

/** Smaller eigenvalues of `Ωᵀ C Ω`, relative to the largest, are float32 rounding of the sketch. */
const NOISE = 1e-6;

/**
 * `F [n, c]` with `F Fᵀ ≈ C` for a positive semidefinite `C [n, n]` known by `Y = C Ω` only: the Nyström approximation
 * `Y (Ωᵀ Y)⁺ Yᵀ` (Gittens and Mahoney, 2016; Tropp et al., 2017). Exact where the rank of C is at most the number of
 * probing vectors; else never above C, and nearly the best of that rank where eigenvalues fall off.
 *
 * @param sketch `Y [n, l]`
 * @param probes `Ω [n, l]`
 * @returns with c ≤ l columns; none for `C = 0`
 * @throws {RangeError} when the shapes differ, or an element is not finite
 *
 * @example A matrix of rank one, from its product with one vector
 * ```ts
 * import { dense, multiplyTransposed, nystromFactor } from "gorp";
 * const factor = nystromFactor(dense(2, 1, [2, 4]), dense(2, 1, [2, 0]));
 * console.log(multiplyTransposed(factor, factor).data); // 1, 2, 2, 4
 * ```
 */
export function nystromFactor(sketch: Dense, probes: Dense): Dense {
  if (sketch.rows !== probes.rows || sketch.columns !== probes.columns) {
    throw new RangeError(
      `nystromFactor() needs a sketch and probes of one shape; given [${sketch.rows}, ${sketch.columns}] and ` +
        `[${probes.rows}, ${probes.columns}].`,
    );
  }
  const core = symmetrized(multiply(transpose(probes), sketch));
  const { values, vectors } = symmetricEigen(core, {
    k: (all) => all.filter((value) => value > NOISE * all[0]).length,
  });
  const weights = dense(vectors.rows, vectors.columns, vectors.data.slice());
  for (let i = 0; i < weights.data.length; i++) weights.data[i] /= Math.sqrt(values[i % weights.columns]);
  return multiply(sketch, weights);
}

/** `(A + Aᵀ) / 2` */
function symmetrized(a: Dense): Dense {
  const turned = transpose(a);
  return { ...a, data: a.data.map((value, i) => (value + turned.data[i]) / 2) };
}
