/** A sketch of the covariance of gradients, for wide layers. @module */
import type { Gpu } from "../gpu/gpu.ts";
import { batchOf, matmul, matrixOf } from "../kernels/matmul.ts";
import { type Dense, dense } from "../linalg/dense.ts";
import { nystromFactor } from "../linalg/nystrom_factor.ts";
import { qr } from "../linalg/qr.ts";
import { Random } from "../tensor/random.ts";
import { empty, type Tensor, tensor, zeros } from "../tensor/tensor.ts";
import type { CovarianceSource } from "./gradient_covariance.ts";
import { growSpace, type Growth, type GrowthOptions, type SharedSpace, type Side } from "./shared_space.ts";

/**
 * Accumulates `Y ← Y + Gᵀ (G Ω)` (side `features`) or `Y + G (Gᵀ Ω)` (`rows`) in place of the covariance `C [d, d]`
 * itself: `Y = C Ω` with fixed random orthonormal columns `Ω [d, l]` takes l / d of the memory and of the work. At the
 * task's end `C ≈ F Fᵀ` by {@linkcode nystromFactor} (Tropp et al., 2017), exact where gradients used at most l
 * directions. Shares of the energy are of what F holds: where many more directions count alike, fewer are found than in C
 * (of 600 equal ones at width 1536 a share of 0.95 takes 492 from C, and 230 from 256 columns).
 */
export class CovarianceSketch implements CovarianceSource {
  /** `Y [L, d, l]` */
  readonly tensor: Tensor;
  readonly #probes: Dense;
  /** Ω on the GPU. */
  readonly #probing: Tensor;
  readonly #side: Side;

  /**
   * @param shape `[L, m, n]` of the gradients
   * @param columns l, below d
   */
  constructor(gpu: Gpu, shape: readonly number[], side: Side, columns: number) {
    const [count, m, n] = shape;
    const d = side === "features" ? n : m;
    this.#probes = probesOf(d, columns);
    this.#probing = tensor(gpu, Float32Array.from(this.#probes.data), [d, columns]);
    this.tensor = zeros(gpu, [count, d, columns]);
    this.#side = side;
  }

  /** Adds the gradients `[L, m, n]` of one step, before the space is removed from them. */
  add(gradient: Tensor): void {
    const [batch, m, n] = gradient.shape;
    const isByColumns = this.#side === "rows";
    const shape = [batch, isByColumns ? n : m, this.#probes.columns];
    using products = empty(gradient.gpu, shape);
    const g = batchOf(gradient), few = batchOf(products);
    matmul(g, matrixOf(this.#probing), few, { batch, transposeA: isByColumns });
    matmul(g, few, batchOf(this.tensor), { batch, transposeA: !isByColumns, epilogue: "accumulate" });
  }

  /** Grows a space from one of the sketches, read back `[d, l]`. */
  grow(space: SharedSpace, sketch: Dense, options: GrowthOptions): Growth {
    return growSpace(space, nystromFactor(sketch, this.#probes), options);
  }

  /** Starts over, for the next task. */
  reset(): void {
    this.tensor.gpu.clear(this.tensor.range);
  }

  /** Releases the tensors. */
  [Symbol.dispose](): void {
    this.tensor.dispose();
    this.#probing.dispose();
  }
}

const known = new Map<string, Dense>();

/** Ω `[d, l]`, rounded to float32: the same for all layers of a width, since it takes a second at 4096. */
function probesOf(d: number, columns: number): Dense {
  const key = `${d}×${columns}`;
  const found = known.get(key);
  if (found) return found;
  const normal = new Random(1, `probes of a covariance ${d} wide`).normalArray(d * columns);
  const probes = dense(d, columns, Float32Array.from(qr(dense(d, columns, normal)).q.data));
  known.set(key, probes);
  return probes;
}
