/** Keys and values of the positions that were read before. @module */
import type { Gpu } from "../gpu/gpu.ts";
import type { HeadColumns } from "../kernels/attention.ts";
import { cacheRows } from "../kernels/cache_rows.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";

/** Extents of a cache. */
export interface CacheSizes {
  readonly layers: number;
  /** B */
  readonly size: number;
  /** P, the most positions. */
  readonly capacity: number;
  /** Width of the keys of all heads, and of the values. */
  readonly width: number;
}

/** The keys and values of all layers, B rows of up to P positions; those with a token are seen. */
export class KeyValueCache implements Disposable {
  /** `[B, P]`, 1 = seen */
  readonly mask: Tensor;
  readonly #layers: readonly Tensor[];
  /** `[1]`: where the next positions go. */
  readonly #at: Tensor;
  readonly #seen: Float32Array<ArrayBuffer>;

  constructor(gpu: Gpu, readonly sizes: CacheSizes) {
    const { layers, size, capacity, width } = sizes;
    this.mask = zeros(gpu, [size, capacity]);
    this.#layers = Array.from({ length: layers }, () => zeros(gpu, [size, capacity, 2 * width]));
    this.#at = zeros(gpu, [1], { dtype: "i32" });
    this.#seen = new Float32Array(size * capacity);
  }

  /** Prepares for positions `at` on: from here on they are seen where `tokens [B, count]` is not 0. */
  advance(at: number, tokens: ArrayLike<number>): void {
    const { size, capacity } = this.sizes;
    if (at === 0) this.#seen.fill(0);
    const count = tokens.length / size;
    for (let i = 0; i < tokens.length; i++) {
      this.#seen[Math.floor(i / count) * capacity + at + i % count] = tokens[i] ? 1 : 0;
    }
    this.#at.write(new Int32Array([at]));
    this.mask.write(this.#seen);
  }

  /** Keeps a layer's values and keys of new positions: neighbouring columns of `x [B, T, …]`, values first. */
  keep(layer: number, { tensor, first }: HeadColumns): void {
    cacheRows(tensor, first, this.#layers[layer], this.#at);
  }

  /** All values and keys of a layer, as attention takes them. */
  operands(layer: number): { readonly v: HeadColumns; readonly k: HeadColumns } {
    const tensor = this.#layers[layer];
    return { v: { tensor, first: 0 }, k: { tensor, first: this.sizes.width } };
  }

  /** Releases the tensors. */
  [Symbol.dispose](): void {
    for (const tensor of [this.mask, this.#at, ...this.#layers]) tensor.dispose();
  }
}
