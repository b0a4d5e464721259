/** The first singular pairs of a large matrix on the GPU. @module */
import { completeRows } from "./complete_rows.ts";
import { dense, transpose } from "./dense.ts";
import type { DenseSvd } from "./jacobi_svd.ts";
import { KrylovSpace, type RitzPairs } from "./krylov_space.ts";
import { RowProducts } from "./row_products.ts";
import { Random } from "../tensor/random.ts";
import { scope } from "../tensor/scope.ts";
import { shapeText } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Options of {@linkcode topKSvd}. */
export interface TopKOptions {
  /** Number of pairs. */
  readonly k: number;
  /** Determines the start vectors, and with them the result; default 0. */
  readonly seed?: number;
  /** What {@linkcode TopKSvd.residual} must fall to; default 3e-5. */
  readonly tolerance?: number;
}

/** First singular pairs and how far they are from exact ones. */
export interface TopKSvd extends DenseSvd {
  /** The largest `‖Aᵀu − σv‖ / σ₁` (or, for m < n, `‖Av − σu‖ / σ₁`), as measured. */
  readonly residual: number;
  /** Whether the residual fell to the tolerance. */
  readonly converged: boolean;
}

/** Blocks after which the residual is measured for the first time. */
const FIRST_CHECK = 5;
/** The space grows by this factor from one check to the next. */
const GROWTH = 1.25;
/** Dimensions of the space, relative to the smaller side of the matrix, at which it is given up … */
const LARGEST_SHARE = 0.5;
/** … and at most: keeping the basis orthonormal costs more with every block. */
const LARGEST_SPACE = 512;

/** Rows of a block: k, filling the tiles of the matrix product; more blocks do better than wider ones. */
function blockRows(k: number): number {
  return Math.ceil(k / 8) * 8;
}

/** Whether the smaller side of a matrix leaves room for enough blocks. */
export function fitsKrylov(size: number, k: number): boolean {
  return FIRST_CHECK * blockRows(k) <= LARGEST_SHARE * size;
}

/**
 * The first `k` singular values and vectors of `a [m, n]` by randomized block Krylov iteration: the products
 * with `a` in float32 on the GPU, everything else (orthonormal bases, Rayleigh–Ritz) in float64 on the CPU.
 * Values are accurate to 1e-6 or better where the residual converges: errors are of the order of its square.
 *
 * @param a `[m, n]`
 * @returns null when an element of `a` is not finite
 * @throws {RangeError} when there are not `k` pairs
 *
 * See Halko, Martinsson and Tropp 2011, and Musco and Musco 2015.
 */
export function topKSvd(a: Tensor, options: TopKOptions): TopKSvd | null {
  const { k } = options;
  if (!(k >= 1 && k <= Math.min(...a.shape))) {
    throw new RangeError(`A matrix of shape ${shapeText(a.shape)} does not have ${k} singular pairs.`);
  }
  return scope(a.gpu, () => iterate(new RowProducts(a), options));
}

function iterate(products: RowProducts, options: TopKOptions): TopKSvd | null {
  const { k, seed = 0, tolerance = 3e-5 } = options;
  const random = new Random(seed, "top-k-svd");
  const { near, far } = products;
  const rows = Math.min(blockRows(k), near);
  const largest = Math.min(LARGEST_SHARE * near, Math.max(LARGEST_SPACE, FIRST_CHECK * rows));
  const space = new KrylovSpace();
  let images = products.toNear(randomSigns(rows * far, random));
  if (!products.rescale(images)) return null;
  let nextCheck = FIRST_CHECK * rows;
  for (;;) {
    const block = space.nextBlock(dense(rows, near, images), random);
    const trip = products.roundTrip(new Float32Array(block.data));
    space.extend(block, dense(rows, far, trip.far));
    images = trip.near;
    const last = space.size + rows > largest;
    if (space.size < nextCheck && !last) continue;
    const pairs = space.pairs(k);
    const residual = residualOf(pairs, products);
    if (residual <= tolerance || last) {
      return { ...asColumns(pairs, products), residual, converged: residual <= tolerance };
    }
    nextCheck = Math.max(space.size + rows, GROWTH * space.size);
  }
}

/** Elements of 1 or −1; 32 from each draw. */
function randomSigns(length: number, random: Random): Float32Array<ArrayBuffer> {
  const signs = new Float32Array(length);
  let bits = 0;
  for (let i = 0; i < length; i++, bits >>>= 1) {
    if (i % 32 === 0) bits = random.bits();
    signs[i] = bits & 1 ? 1 : -1;
  }
  return signs;
}

function residualOf({ near, far, s }: RitzPairs, products: RowProducts): number {
  if (s[0] === 0) return 0;
  const images = products.toNear(new Float32Array(far.data));
  let largest = 0;
  for (let i = 0; i < near.rows; i++) {
    if (s[i] === 0) continue;
    let sum = 0;
    for (let j = i * near.columns; j < (i + 1) * near.columns; j++) {
      sum += (images[j] - s[i] * near.data[j]) ** 2;
    }
    largest = Math.max(largest, Math.sqrt(sum) / s[0]);
  }
  return largest;
}

function asColumns({ near, far, s }: RitzPairs, products: RowProducts): DenseSvd {
  const rank = s.findLastIndex((value) => value > 0) + 1;
  completeRows(near, rank);
  completeRows(far, rank);
  const values = s.map((value) => value * products.scale);
  const [right, left] = products.wide ? [far, near] : [near, far];
  return { u: transpose(left), s: values, v: transpose(right) };
}
