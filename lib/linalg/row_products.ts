/** Products of blocks of rows with a large matrix on the GPU. @module */
import { matmul, matrixOf } from "../kernels/matmul.ts";
import { empty, type Tensor } from "../tensor/tensor.ts";

/**
 * Multiplies blocks of rows, kept on the CPU, by `a [m, n]` from one side or the other. "Near" rows are as
 * long as the smaller side of `a`, "far" rows as long as the larger one: blocks are stored as rows because
 * skinny products are fastest when their long side is contiguous.
 */
export class RowProducts {
  /** Whether the smaller side is that of the rows: m < n. */
  readonly wide: boolean;
  readonly near: number;
  readonly far: number;
  /** By what all products are divided, so that squares of singular values fit into float32. */
  scale = 1;
  readonly #a: Tensor;

  constructor(a: Tensor) {
    const [m, n] = a.shape;
    this.#a = a;
    this.wide = m < n;
    [this.near, this.far] = this.wide ? [m, n] : [n, m];
  }

  /** Sets the scale from images of random rows; false when they are not finite, since `a` is not. */
  rescale(images: Float32Array): boolean {
    let largest = 0;
    for (const value of images) {
      if (!Number.isFinite(value)) return false;
      largest = Math.max(largest, Math.abs(value));
    }
    this.scale = largest === 0 ? 1 : 2 ** Math.floor(Math.log2(largest));
    return true;
  }

  /** The images `[p, near]` of rows `[p, far]`. */
  toNear(rows: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
    return this.#toNear(this.#upload(rows, this.far)).readFloats();
  }

  /** The images `[p, far]` of rows `[p, near]`, and the images `[p, near]` of these; waits for the GPU once. */
  roundTrip(
    rows: Float32Array<ArrayBuffer>,
  ): { far: Float32Array<ArrayBuffer>; near: Float32Array<ArrayBuffer> } {
    const { gpu } = this.#a;
    const block = this.#upload(rows, this.near);
    const [p] = block.shape;
    const far = empty(gpu, [p, this.far]);
    matmul(matrixOf(block), matrixOf(this.#a), matrixOf(far), {
      transposeB: !this.wide,
      alpha: 1 / this.scale,
    });
    const near = this.#toNear(far);
    const both = empty(gpu, [far.size + near.size]);
    gpu.copy(far.range, both.range, 4 * far.size);
    gpu.copy(near.range, both.view([near.size], far.size).range, 4 * near.size);
    const values = both.readFloats();
    for (const tensor of [block, far, near, both]) tensor.dispose();
    return { far: values.subarray(0, far.size), near: values.subarray(far.size) };
  }

  #toNear(rows: Tensor): Tensor {
    const images = empty(rows.gpu, [rows.shape[0], this.near]);
    matmul(matrixOf(rows), matrixOf(this.#a), matrixOf(images), {
      transposeB: this.wide,
      alpha: 1 / this.scale,
    });
    return images;
  }

  #upload(rows: Float32Array<ArrayBuffer>, columns: number): Tensor {
    const tensor = empty(this.#a.gpu, [rows.length / columns, columns]);
    tensor.write(rows);
    return tensor;
  }
}
