/** Eigenvectors of a tridiagonal matrix whose eigenvalues are known. @module */
import { type Dense, dense } from "./dense.ts";
import { addScaled, dot } from "./row_operations.ts";
import type { Tridiagonal } from "./tridiagonalize.ts";

const EPSILON = 2 ** -52;
const PASSES = 2;

/**
 * Eigenvectors `[k, n]`, one a row, of the tridiagonal matrix for its eigenvalues `values`, by inverse
 * iteration with a partially pivoted LU decomposition. Each is made orthogonal to those before it in every
 * pass, which settles clusters. Starts are a fixed sequence, so results repeat.
 */
export function inverseIteration(t: Tridiagonal, values: Float64Array): Dense {
  const n = t.diagonal.length;
  const vectors = dense(values.length, n);
  const solver = new ShiftedSolver(t);
  for (let i = 0; i < values.length; i++) {
    solver.factor(values[i]);
    const start = i * n;
    for (let j = 0; j < n; j++) vectors.data[start + j] = startValue(i, j);
    for (let pass = 0; pass < PASSES; pass++) {
      solver.solve(vectors.data, start);
      normalize(vectors.data, start, n);
      for (let k = 0; k < i; k++) {
        addScaled(
          vectors.data,
          start,
          -dot(vectors.data, k * n, vectors.data, start, n),
          vectors.data,
          k * n,
          n,
        );
      }
      normalize(vectors.data, start, n);
    }
  }
  return vectors;
}

/** Numbers in [0.5, 1.5) without pattern (multiples of the golden ratio), other ones for each vector. */
function startValue(vector: number, element: number): number {
  const x = (element + 1) * 0.6180339887498949 + vector * 0.7548776662466927 * (element + 3);
  return 0.5 + x - Math.floor(x);
}

function normalize(x: Float64Array, start: number, n: number): void {
  let largest = 0;
  for (let i = start; i < start + n; i++) largest = Math.max(largest, Math.abs(x[i]));
  if (largest === 0) return;
  for (let i = start; i < start + n; i++) x[i] /= largest;
  const length = Math.sqrt(dot(x, start, x, start, n));
  for (let i = start; i < start + n; i++) x[i] /= length;
}

/** Solves `(T − value) x = b` for one value after the other. */
class ShiftedSolver {
  readonly #t: Tridiagonal;
  readonly #n: number;
  /** Smallest pivot allowed; smaller ones are what makes the solution large, but must not be zero. */
  readonly #smallest: number;
  // U has a diagonal and two superdiagonals; L one factor a row and a note whether rows were exchanged.
  readonly #u0: Float64Array;
  readonly #u1: Float64Array;
  readonly #u2: Float64Array;
  readonly #inverse: Float64Array;
  readonly #factor: Float64Array;
  readonly #exchanged: Uint8Array;

  constructor(t: Tridiagonal) {
    this.#t = t;
    const n = this.#n = t.diagonal.length;
    let norm = 0;
    for (let i = 0; i < n; i++) norm = Math.max(norm, Math.abs(t.diagonal[i]) + Math.abs(t.coupling[i]));
    this.#smallest = norm === 0 ? 1 : EPSILON * norm;
    [this.#u0, this.#u1, this.#u2, this.#inverse, this.#factor] = Array.from(
      { length: 5 },
      () => new Float64Array(n),
    );
    this.#exchanged = new Uint8Array(n);
  }

  factor(value: number): void {
    const { diagonal: d, coupling: e } = this.#t;
    const n = this.#n, u0 = this.#u0, u1 = this.#u1, u2 = this.#u2;
    let pivot = d[0] - value, next = n > 1 ? e[0] : 0;
    for (let i = 0; i < n - 1; i++) {
      const below = e[i], diagonal = d[i + 1] - value, after = i + 2 < n ? e[i + 1] : 0;
      if (Math.abs(below) > Math.abs(pivot)) {
        const factor = pivot / below;
        this.#exchanged[i] = 1;
        this.#factor[i] = factor;
        u0[i] = below, u1[i] = diagonal, u2[i] = after;
        pivot = next - factor * diagonal;
        next = -factor * after;
      } else {
        if (Math.abs(pivot) < this.#smallest) pivot = this.#smallest;
        const factor = below / pivot;
        this.#exchanged[i] = 0;
        this.#factor[i] = factor;
        u0[i] = pivot, u1[i] = next, u2[i] = 0;
        pivot = diagonal - factor * next;
        next = after;
      }
    }
    u0[n - 1] = Math.abs(pivot) < this.#smallest ? this.#smallest : pivot;
    for (let i = 0; i < n; i++) this.#inverse[i] = 1 / u0[i];
  }

  /** Replaces the n elements of `x` from `start` on by the solution. */
  solve(x: Float64Array, start: number): void {
    const n = this.#n, u1 = this.#u1, u2 = this.#u2, inverse = this.#inverse;
    for (let i = 0; i < n - 1; i++) {
      const at = start + i;
      if (this.#exchanged[i]) {
        const upper = x[at];
        x[at] = x[at + 1];
        x[at + 1] = upper - this.#factor[i] * x[at];
      } else x[at + 1] -= this.#factor[i] * x[at];
    }
    let next = 0, afterNext = 0;
    for (let i = n - 1; i >= 0; i--) {
      const value = (x[start + i] - u2[i] * afterNext - u1[i] * next) * inverse[i];
      x[start + i] = value;
      afterNext = next;
      next = value;
    }
  }
}
