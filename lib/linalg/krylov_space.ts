/** A growing Krylov space of a matrix and the singular pairs that it holds. @module */
import {
  addProduct,
  type Dense,
  dense,
  divideRow,
  multiplyTransposed,
  rowLength,
  selectRows,
} from "./dense.ts";
import { orthogonalizeRows } from "./jacobi_rotations.ts";
import { orthonormalizeBlock } from "./orthonormalize_block.ts";
import { eigenRows } from "./symmetric_eigen.ts";
import { scaled, unitScale } from "./unit_scale.ts";
import type { Random } from "../tensor/random.ts";

/** Largest cosine between vectors that are orthogonal as far as float32 images can tell. */
const ORTHOGONAL = 1e-9;

/** Approximate singular pairs, vectors as rows. */
export interface RitzPairs {
  /** `[k, r]`, in the Krylov space. */
  readonly near: Dense;
  /** `[k, l]`, their images divided by the singular values. */
  readonly far: Dense;
  /** Falling. */
  readonly s: Float64Array<ArrayBuffer>;
}

/**
 * Blocks of orthonormal rows `q [p, r]` that span a Krylov space of `B Bᵀ`, for `B [r, l]`, with their images
 * `q B [p, l]`, from whose products Rayleigh–Ritz takes singular pairs. Every block is kept: that makes slowly
 * decaying spectra converge (Musco and Musco 2015, block Krylov iteration).
 */
export class KrylovSpace {
  readonly #blocks: Dense[] = [];
  readonly #images: Dense[] = [];
  /** `#products[i][j]`, j ≤ i: the rows of images i times those of images j. */
  readonly #products: Dense[][] = [];

  /** Number of dimensions whose images are known. */
  get size(): number {
    return this.#blocks.reduce((sum, block) => sum + block.rows, 0);
  }

  /** Turns rows into the next orthonormal block; {@linkcode KrylovSpace.extend} adds it. */
  nextBlock(rows: Dense, random: Random): Dense {
    const block = { ...rows, data: rows.data.slice() };
    orthonormalizeBlock(block, this.#blocks, random);
    return block;
  }

  /** Adds a block with its images. */
  extend(block: Dense, images: Dense): void {
    this.#blocks.push(block);
    this.#images.push(images);
    this.#products.push(this.#images.map((earlier) => multiplyTransposed(images, earlier)));
  }

  /** The `k` largest singular pairs within the space (Rayleigh–Ritz). */
  pairs(k: number): RitzPairs {
    const products = this.#productMatrix();
    const { rows } = eigenRows(scaled(products, unitScale(products)), k);
    const near = combined(rows, this.#blocks), far = combined(rows, this.#images);
    orthogonalizeRows(far, near, { tolerance: ORTHOGONAL });
    const lengths = Float64Array.from({ length: k }, (_, i) => rowLength(far, i));
    const order = [...lengths.keys()].sort((i, j) => lengths[j] - lengths[i]);
    lengths.forEach((length, i) => divideRow(far, i, length || 1));
    return {
      near: selectRows(near, order),
      far: selectRows(far, order),
      s: Float64Array.from(order, (i) => lengths[i]),
    };
  }

  /** The lower triangle of the products of all images with each other. */
  #productMatrix(): Dense {
    const size = this.size;
    const result = dense(size, size);
    let top = 0;
    for (const row of this.#products) {
      let left = 0;
      for (const { rows, columns, data } of row) {
        for (let i = 0; i < rows; i++) {
          result.data.set(data.subarray(i * columns, (i + 1) * columns), (top + i) * size + left);
        }
        left += columns;
      }
      top += row[0].rows;
    }
    return result;
  }
}

/** The combinations of all blocks' rows with the coefficients in `rows [k, b]`. */
function combined(rows: Dense, blocks: readonly Dense[]): Dense {
  const result = dense(rows.rows, blocks[0].columns);
  let first = 0;
  for (const block of blocks) {
    const part = dense(rows.rows, block.rows);
    for (let i = 0; i < rows.rows; i++) {
      const start = i * rows.columns + first;
      part.data.set(rows.data.subarray(start, start + block.rows), i * block.rows);
    }
    addProduct(result, part, block, 1);
    first += block.rows;
  }
  return result;
}
