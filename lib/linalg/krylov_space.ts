/** A growing Krylov space of a matrix and the singular pairs that it holds. @module */
import {
  type Dense,
  dense,
  divideRow,
  multiply,
  multiplyTransposed,
  rowLength,
  selectRows,
} from "./dense.ts";
import { orthogonalizeRows } from "./jacobi_rotations.ts";
import { orthonormalizeBlock } from "./orthonormalize_block.ts";
import { eigenRows } from "./symmetric_eigen.ts";
import { scaled, unitScale } from "./unit_scale.ts";
import type { Random } from "../tensor/random.ts";

/** Approximate singular pairs, vectors as rows. */
export interface RitzPairs {
  /** `[k, r]`, in the Krylov space. */
  readonly near: Dense;
  /** `[k, l]`, their images divided by the singular values. */
  readonly far: Dense;
  readonly s: Float64Array<ArrayBuffer>;
}

/**
 * Orthonormal rows `q [b, r]` that span a Krylov space of `B Bᵀ`, for `B [r, l]`, with their images `q B
 * [b, l]` and `C = (q B)(q B)ᵀ [b, b]`, from which Rayleigh–Ritz takes singular pairs. Every block is kept:
 * that makes slowly decaying spectra converge (Musco and Musco 2015, block Krylov iteration).
 */
export class KrylovSpace {
  readonly #basis: Float64Array<ArrayBuffer>;
  readonly #images: Float64Array<ArrayBuffer>;
  readonly #products: Float64Array<ArrayBuffer>;
  #size = 0;

  /** A space of rows of length `near`, with images of length `far`, of at most `capacity` dimensions. */
  constructor(readonly near: number, readonly far: number, readonly capacity: number) {
    this.#basis = new Float64Array(capacity * near);
    this.#images = new Float64Array(capacity * far);
    this.#products = new Float64Array(capacity * capacity);
  }

  /** Number of dimensions whose images are known. */
  get size(): number {
    return this.#size;
  }

  /** Turns `rows [p, r]` into the next orthonormal block; {@linkcode KrylovSpace.extend} adds it. */
  nextBlock(rows: Float32Array, random: Random): Dense {
    const block = dense(rows.length / this.near, this.near, rows);
    orthonormalizeBlock(block, this.#rows(this.#basis, this.near), random);
    return block;
  }

  /** Adds a block `[p, r]` and its images `[p, l]`. */
  extend(block: Dense, images: Float32Array): void {
    const { near, far, capacity } = this;
    const first = this.#size;
    this.#basis.set(block.data, first * near);
    this.#images.set(images, first * far);
    const added = block.rows;
    this.#size += added;
    const data = this.#images.subarray(first * far, this.#size * far);
    const products = multiplyTransposed({ rows: added, columns: far, data }, this.#rows(this.#images, far));
    for (let i = 0; i < added; i++) {
      for (let j = 0; j < this.#size; j++) {
        const value = products.data[i * this.#size + j];
        this.#products[(first + i) * capacity + j] = this.#products[j * capacity + first + i] = value;
      }
    }
  }

  /** The `k` largest singular pairs within the space (Rayleigh–Ritz), the values falling. */
  pairs(k: number): RitzPairs {
    const b = this.#size;
    const c = dense(b, b);
    for (let i = 0; i < b; i++) {
      c.data.set(this.#products.subarray(i * this.capacity, i * this.capacity + b), i * b);
    }
    const { rows } = eigenRows(scaled(c, unitScale(c)), k);
    const near = multiply(rows, this.#rows(this.#basis, this.near));
    const far = multiply(rows, this.#rows(this.#images, this.far));
    orthogonalizeRows(far, near);
    const lengths = Float64Array.from({ length: k }, (_, i) => rowLength(far, i));
    const order = [...lengths.keys()].sort((i, j) => lengths[j] - lengths[i]);
    lengths.forEach((length, i) => divideRow(far, i, length || 1));
    return {
      near: selectRows(near, order),
      far: selectRows(far, order),
      s: Float64Array.from(order, (i) => lengths[i]),
    };
  }

  #rows(data: Float64Array<ArrayBuffer>, columns: number): Dense {
    return { rows: this.#size, columns, data: data.subarray(0, this.#size * columns) };
  }
}
