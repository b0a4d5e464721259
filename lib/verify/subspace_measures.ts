/** Measures of how good a decomposition is, by plain loops that share nothing with it. @module */
import type { Dense } from "../linalg/dense.ts";

/** A decomposition with singular vectors as columns. */
export interface Pairs {
  readonly u: Dense;
  readonly s: ArrayLike<number>;
  readonly v: Dense;
}

/** Largest deviation of `QᵀQ` from the identity. */
export function orthonormalityError(q: Dense): number {
  let worst = 0;
  for (let i = 0; i < q.columns; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = i === j ? -1 : 0;
      for (let r = 0; r < q.rows; r++) sum += q.data[r * q.columns + i] * q.data[r * q.columns + j];
      worst = larger(worst, Math.abs(sum));
    }
  }
  return worst;
}

/** Largest deviation of `U diag(s) Vᵀ` from `a`. */
export function reconstructionError(a: Dense, { u, s, v }: Pairs): number {
  let worst = 0;
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < a.columns; j++) {
      let sum = -a.data[i * a.columns + j];
      for (let k = 0; k < s.length; k++) sum += u.data[i * u.columns + k] * s[k] * v.data[j * v.columns + k];
      worst = larger(worst, Math.abs(sum));
    }
  }
  return worst;
}

/** `Q Qᵀ`, row-major. */
export function projector(q: Dense): Float64Array {
  const result = new Float64Array(q.rows * q.rows);
  for (let i = 0; i < q.rows; i++) {
    for (let j = 0; j < q.rows; j++) {
      for (let k = 0; k < q.columns; k++) {
        result[i * q.rows + j] += q.data[i * q.columns + k] * q.data[j * q.columns + k];
      }
    }
  }
  return result;
}

/** Squared Frobenius norm of `Uᵀ A`. */
export function capturedEnergy(u: Dense, a: Dense): number {
  let energy = 0;
  for (let k = 0; k < u.columns; k++) {
    for (let j = 0; j < a.columns; j++) {
      let sum = 0;
      for (let i = 0; i < a.rows; i++) sum += u.data[i * u.columns + k] * a.data[i * a.columns + j];
      energy += sum * sum;
    }
  }
  return energy;
}

/** The larger number, NaN when the second is. */
function larger(a: number, b: number): number {
  return b <= a ? a : b;
}
