/** Compression of full-rank gradients into a small space (GORP, section 3.2; GaLore, Zhao et al. 2024). @module */
import { addBlocks, type BlockOffsets } from "../kernels/blocks.ts";
import { addLowRankBlocks } from "../kernels/low_rank_blocks.ts";
import { batchOf, matmul } from "../kernels/matmul.ts";
import type { Gpu } from "../gpu/gpu.ts";
import type { Shape } from "../tensor/shape.ts";
import { empty, type Tensor, zeros } from "../tensor/tensor.ts";
import { LARGEST_SMALL } from "../linalg/decompose.ts";
import { topLeftVectors, topPairs, topRightVectors } from "../linalg/top_pairs.ts";
import { topPairsOf } from "../linalg/top_pairs_of.ts";

/**
 * How `G [m, n]` becomes small: `two-sided` `Uᵀ G V [k, k]`; `one-sided` `G V [m, k]` where m ≥ n, else
 * `Uᵀ G [k, n]`; `input-preserving` always `Uᵀ G [k, n]`.
 */
export type ProjectionForm = "one-sided" | "two-sided" | "input-preserving";

/** What a projector needs to know. */
export interface ProjectorOptions {
  readonly form: ProjectionForm;
  /** k, the number of singular vectors kept; clipped to min(m, n). */
  readonly rank: number;
}

/**
 * Projects the gradients of several weights of equal shape, each with a basis of its own.
 *
 * The bases are written by {@linkcode LowRankProjector.refresh} from the present gradients and stay until the
 * next refresh. Which sides are kept is decided once, when the projector is built.
 */
export class LowRankProjector implements Disposable {
  /** The rank after clipping to the smaller side. */
  readonly rank: number;
  /** Whether `rank` is smaller than the one asked for. */
  readonly clipped: boolean;
  /** `U [L, m, k]`, or null when only V is kept. */
  readonly left: Tensor | null;
  /** `V [L, n, k]`, or null when only U is kept. */
  readonly right: Tensor | null;
  /** Shape of the projected gradients, `[L, …]`. */
  readonly projectedShape: Shape;
  readonly #gpu: Gpu;
  readonly #shape: Shape;
  readonly #options: ProjectorOptions;

  /**
   * @param shape `[L, m, n]`: how many gradients, and their shape
   * @param bases to work on in place of own ones
   */
  constructor(
    gpu: Gpu,
    shape: Shape,
    options: ProjectorOptions,
    bases?: Pick<LowRankProjector, "left" | "right">,
  ) {
    const [count, m, n] = shape;
    this.#gpu = gpu;
    this.#shape = shape;
    this.#options = options;
    const k = this.rank = Math.min(options.rank, m, n);
    this.clipped = options.rank > k;
    const keepsLeft = options.form !== "one-sided" || m < n;
    const keepsRight = options.form === "two-sided" || !keepsLeft;
    this.left = bases ? bases.left : keepsLeft ? zeros(gpu, [count, m, k]) : null;
    this.right = bases ? bases.right : keepsRight ? zeros(gpu, [count, n, k]) : null;
    this.projectedShape = [count, keepsLeft ? k : m, keepsRight ? k : n];
  }

  /**
   * Takes the bases from the singular vectors of these gradients, read back to the CPU.
   *
   * @param gradients `[L, m, n]`, unprojected
   * @throws {RangeError} when a gradient holds NaN or infinity
   */
  refresh(gradients: Float32Array<ArrayBuffer>): void {
    const [count, rows, columns] = this.#shape;
    const batch = { count, rows, columns, k: this.rank };
    if (this.left && this.right) {
      const { u, v } = topPairs(gradients, batch);
      this.left.write(u);
      this.right.write(v);
    } else if (this.left) {
      this.left.write(topLeftVectors(gradients, batch).vectors);
    } else {
      this.right!.write(topRightVectors(gradients, batch).vectors);
    }
  }

  /**
   * The same from gradients on the GPU. Wide ones are decomposed there, with only the bases read back; small ones
   * are read back, as {@linkcode LowRankProjector.refresh} takes them.
   *
   * @throws {RangeError} when a gradient holds NaN or infinity
   */
  refreshFrom(gradients: Tensor): void {
    const [, rows, columns] = this.#shape;
    if (Math.min(rows, columns) <= LARGEST_SMALL) return this.refresh(gradients.readFloats());
    const { u, v } = topPairsOf(gradients, { k: this.rank, leading: this.right ? "right" : "left" });
    this.left?.write(u);
    this.right?.write(v);
  }

  /** The projector of one of the weights, `[1, m, n]`, on the same bases; it need not be released. */
  at(index: number): LowRankProjector {
    const [count, m, n] = this.#shape;
    const part = (basis: Tensor | null) =>
      basis && basis.view([1, ...basis.shape.slice(1)], index * basis.size / count);
    const bases = { left: part(this.left), right: part(this.right) };
    return new LowRankProjector(this.#gpu, [1, m, n], this.#options, bases);
  }

  /**
   * `G [L, m, n]` in the small coordinates, `[L, …projectedShape]`.
   *
   * @param options.addTo of that shape, to which the result is added instead of being a new tensor
   */
  project(gradient: Tensor, options: { readonly addTo?: Tensor } = {}): Tensor {
    const [batch] = this.#shape;
    const { gpu } = gradient;
    const result = options.addTo ?? empty(gpu, this.projectedShape);
    const epilogue = options.addTo ? "accumulate" : "store";
    let half = gradient;
    if (this.left) {
      half = this.right ? empty(gpu, [batch, this.rank, gradient.shape[2]]) : result;
      matmul(batchOf(this.left), batchOf(gradient), batchOf(half), {
        transposeA: true,
        batch,
        epilogue: this.right ? "store" : epilogue,
      });
    }
    if (this.right) matmul(batchOf(half), batchOf(this.right), batchOf(result), { batch, epilogue });
    return result;
  }

  /** An update in the small coordinates as one of the weights, `[L, m, n]`. */
  projectBack(update: Tensor): Tensor {
    const [batch, m, n] = this.#shape;
    let result = update;
    if (this.left) {
      result = empty(update.gpu, [batch, m, update.shape[2]]);
      matmul(batchOf(this.left), batchOf(update), batchOf(result), { batch });
    }
    if (this.right) {
      const half = result;
      result = empty(update.gpu, [batch, m, n]);
      matmul(batchOf(half), batchOf(this.right), batchOf(result), { transposeB: true, batch });
    }
    return result;
  }

  /**
   * Adds an update in the small coordinates to weights, `x[offsets …] = keep · x[offsets …] + scale · update`, a block
   * `[m, n]` for each of the L.
   */
  addBack(
    update: Tensor,
    x: Tensor,
    offsets: BlockOffsets,
    factors: { readonly keep: number; readonly scale: number },
  ): void {
    if (!this.left) return addBlocks(this.projectBack(update), x, offsets, factors);
    let right = update;
    if (this.right) {
      const [batch, , n] = this.#shape;
      right = empty(update.gpu, [batch, this.rank, n]);
      matmul(batchOf(update), batchOf(this.right), batchOf(right), { transposeB: true, batch });
    }
    addLowRankBlocks({ left: this.left, right }, x, offsets, factors);
  }

  /** Releases the bases. */
  [Symbol.dispose](): void {
    this.left?.dispose();
    this.right?.dispose();
  }
}
