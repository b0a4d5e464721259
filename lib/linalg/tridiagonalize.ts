/** Reducing a symmetric matrix to a tridiagonal one. @module */
import type { Dense } from "./dense.ts";
import { addScaled, dot } from "./row_operations.ts";

/** `A = H T Hᵀ` with `T` tridiagonal and `H` a product of reflections. */
export interface Tridiagonal {
  /** Diagonal of `T`, n values. */
  readonly diagonal: Float64Array<ArrayBuffer>;
  /** Element i couples rows i and i + 1 of `T`; n values, the last one is 0. */
  readonly coupling: Float64Array<ArrayBuffer>;
  /** Replaces each row `x` of the matrix by `H x`, in place: eigenvectors of `T` become those of `A`. */
  expand(vectors: Dense): void;
}

/** Squares below this are rounding errors of a matrix of unit scale, and their reciprocals would overflow. */
const NOTHING = 2 ** -900;

/**
 * Householder reduction of a symmetric `a [n, n]` of unit scale, of which only the lower triangle is read. Rows are removed
 * from the last one up, so that each reflection vector is a contiguous part of a row.
 */
export function tridiagonalize(a: Dense): Tridiagonal {
  const n = a.rows;
  const x = a.data.slice();
  const diagonal = new Float64Array(n);
  const coupling = new Float64Array(n);
  const factors = new Float64Array(n);
  const product = new Float64Array(n);
  for (let i = n - 1; i > 0; i--) {
    const row = i * n;
    diagonal[i] = x[row + i];
    const pivot = x[row + i - 1];
    const rest = dot(x, row, x, row, i - 1);
    if (rest < NOTHING) {
      coupling[i - 1] = pivot;
      continue;
    }
    const norm = Math.sqrt(rest + pivot * pivot);
    coupling[i - 1] = pivot > 0 ? -norm : norm;
    x[row + i - 1] = pivot - coupling[i - 1];
    const factor = factors[i] = 1 / (norm * (norm + Math.abs(pivot)));
    lowerTimes(x, n, i, row, product);
    const half = 0.5 * factor * factor * dot(product, 0, x, row, i);
    for (let j = 0; j < i; j++) product[j] = factor * product[j] - half * x[row + j];
    subtractOuterProducts(x, n, i, row, product);
  }
  diagonal[0] = x[0];
  return { diagonal, coupling, expand };

  function expand(vectors: Dense): void {
    for (let i = 1; i < n; i++) {
      if (factors[i] === 0) continue;
      for (let k = 0; k < vectors.rows; k++) {
        const amount = -factors[i] * dot(x, i * n, vectors.data, k * n, i);
        addScaled(vectors.data, k * n, amount, x, i * n, i);
      }
    }
  }
}

/** `product ← L x[row…]`, where `L` is the leading symmetric `size` by `size` part, given by its lower half. */
function lowerTimes(x: Float64Array, n: number, size: number, row: number, product: Float64Array): void {
  let j = 0;
  if (size % 2 === 1) {
    product[0] = x[0] * x[row];
    j = 1;
  }
  for (; j < size; j += 2) {
    const a = j * n, b = a + n;
    const xa = x[row + j], xb = x[row + j + 1];
    let sumA = 0, sumB = 0;
    for (let k = 0; k < j; k++) {
      const ea = x[a + k], eb = x[b + k], v = x[row + k];
      sumA += ea * v;
      sumB += eb * v;
      product[k] += ea * xa + eb * xb;
    }
    const corner = x[b + j];
    product[j] = sumA + x[a + j] * xa + corner * xb;
    product[j + 1] = sumB + corner * xa + x[b + j + 1] * xb;
  }
}

/** Subtracts `v wᵀ + w vᵀ` from the lower half of the leading part; `v` stands in row `row`. */
function subtractOuterProducts(
  x: Float64Array,
  n: number,
  size: number,
  row: number,
  w: Float64Array,
): void {
  let j = 0;
  if (size % 2 === 1) {
    x[0] -= 2 * x[row] * w[0];
    j = 1;
  }
  for (; j < size; j += 2) {
    const a = j * n, b = a + n;
    const va = x[row + j], vb = x[row + j + 1], wa = w[j], wb = w[j + 1];
    for (let k = 0; k <= j; k++) {
      const vk = x[row + k], wk = w[k];
      x[a + k] -= va * wk + wa * vk;
      x[b + k] -= vb * wk + wb * vk;
    }
    x[b + j + 1] -= 2 * vb * wb;
  }
}
