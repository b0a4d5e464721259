/** Taking shared spaces out of gradients. @module */
import { batchOf, matmul } from "../kernels/matmul.ts";
import type { Gpu } from "../gpu/gpu.ts";
import { empty, type Tensor, tensor } from "../tensor/tensor.ts";
import type { SharedSpace, Side } from "./shared_space.ts";

/** The bases of several spaces of one dimension on the GPU, `[L, dimension, capacity]`, filled up with zeros. */
export class SpaceBasis implements Disposable {
  readonly tensor: Tensor;

  constructor(gpu: Gpu, spaces: readonly SharedSpace[]) {
    const [{ dimension }] = spaces;
    const capacity = Math.ceil(Math.max(...spaces.map((space) => space.basis.columns)) / 4) * 4;
    const data = new Float32Array(spaces.length * dimension * capacity);
    spaces.forEach(({ basis }, l) => {
      for (let i = 0; i < dimension; i++) {
        for (let j = 0; j < basis.columns; j++) {
          data[(l * dimension + i) * capacity + j] = basis.data[i * basis.columns + j];
        }
      }
    });
    this.tensor = tensor(gpu, data, [spaces.length, dimension, capacity]);
  }

  /** Releases the tensor. */
  [Symbol.dispose](): void {
    this.tensor.dispose();
  }
}

/** Whether any of the spaces has a direction to remove. */
export function anyDirections(spaces: readonly SharedSpace[]): boolean {
  return spaces.some((space) => space.basis.columns > 0);
}

/**
 * Gradients without their parts in spaces: `G − S Sᵀ G` (side `rows`) or `G − G S Sᵀ` (`features`).
 *
 * @param gradient `[L, m, n]`
 * @param basis of L spaces, of dimension m (`rows`) or n (`features`)
 * @returns `[L, m, n]`
 */
export function removeSpace(gradient: Tensor, basis: SpaceBasis, side: Side): Tensor {
  const [batch, m, n] = gradient.shape;
  const s = batchOf(basis.tensor);
  const g = batchOf(gradient);
  const coordinates = empty(gradient.gpu, side === "rows" ? [batch, s.columns, n] : [batch, m, s.columns]);
  const t = batchOf(coordinates);
  const result = empty(gradient.gpu, gradient.shape);
  const rest = { batch, alpha: -1, epilogue: "residual", operand: g } as const;
  if (side === "rows") {
    matmul(s, g, t, { transposeA: true, batch });
    matmul(s, t, batchOf(result), rest);
  } else {
    matmul(g, s, t, { batch });
    matmul(t, s, batchOf(result), { ...rest, transposeB: true });
  }
  coordinates.dispose();
  return result;
}
