/** The matrix product. @module */
import { chooseForm, largestDepth, type Product, sharedForm } from "./matmul_choice.ts";
import type { Layout } from "./matmul_form.ts";
import { launchMatmul } from "./matmul_launch.ts";
import { columnRange, firstElement, type Matrix, rowRange } from "./matrix.ts";

export { batchOf, columnRange, type Matrix, matrixOf, rowRange } from "./matrix.ts";

/** What happens to the product before it is stored. */
export type Epilogue =
  | "store" // C = AB
  | "accumulate" // C += AB
  | "residual" // C = AB + D
  | "relu" // C = max(AB, 0)
  | "reluMask"; // C = AB where D > 0, else 0

/** Options of {@linkcode matmul}. */
export interface MatmulOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** Number of products; default 1. */
  readonly batch?: number;
  /** Factor of the product; default 1. */
  readonly alpha?: number;
  /**
   * In how many equal parts k is summed on the software adapter, the parts' sums then one after the other; default 1.
   * Only with `transposeA` alone. So sums over the rows of a batch are, to the last bit, the sums of those over parts of
   * the batch.
   */
  readonly parts?: number;
  readonly epilogue?: Epilogue;
  /** The operand D of the epilogues `residual` and `reluMask`; of C's size. */
  readonly operand?: Matrix;
}

/**
 * `C = epilogue(alpha · op(A) op(B))`, where `op` transposes or not.
 *
 * @param a `[m, k]`, or `[k, m]` with `transposeA`
 * @param b `[k, n]`, or `[n, k]` with `transposeB`
 * @param c `[m, n]`, overwritten
 * @throws {RangeError} when the sizes do not fit
 */
export function matmul(a: Matrix, b: Matrix, c: Matrix, options: MatmulOptions = {}): void {
  const { transposeA = false, transposeB = false, batch = 1, alpha = 1, epilogue = "store" } = options;
  const { parts = 1 } = options;
  const [m, k] = transposeA ? [a.columns, a.rows] : [a.rows, a.columns];
  const [inner, n] = transposeB ? [b.columns, b.rows] : [b.rows, b.columns];
  if (inner !== k || c.rows !== m || c.columns !== n) {
    throw new RangeError(`Cannot multiply [${m}, ${k}] by [${inner}, ${n}] into [${c.rows}, ${c.columns}].`);
  }
  const d = epilogue === "residual" || epilogue === "reluMask" ? options.operand : undefined;
  if (d ? d.rows !== m || d.columns !== n : epilogue === "residual" || epilogue === "reluMask") {
    throw new RangeError(`The epilogue ${epilogue} needs an operand of shape [${m}, ${n}].`);
  }
  if (parts !== 1 && (!transposeA || transposeB || k % parts !== 0)) {
    throw new RangeError(`${k} cannot be summed in ${parts} equal parts, or the product is not AᵀB.`);
  }
  if (m * n * batch === 0) return;
  const { gpu } = c.tensor;
  const product: Product = {
    layout: `${transposeA ? "T" : "N"}${transposeB ? "T" : "N"}` as Layout,
    ...{ m, n, k, parts, batch },
    aligned: n % 4 === 0 && [a, b, c, ...(d ? [d] : [])].every((matrix) => isAligned(matrix, batch)),
    halfB: b.tensor.dtype === "f16",
    accumulate: epilogue === "accumulate",
    finish: epilogue === "accumulate" ? "store" : epilogue,
  };
  for (const part of partsInDepth(product, largestDepth(gpu))) {
    const operands = {
      a: (transposeA ? rowRange : columnRange)(a, part.first, part.product.k),
      b: (transposeB ? columnRange : rowRange)(b, part.first, part.product.k),
      ...{ c, d },
    };
    const form = chooseForm(part.product, gpu);
    if (!launchMatmul(form, part.product, operands, alpha)) {
      launchMatmul(sharedForm(part.product), part.product, operands, alpha);
    }
  }
}

function isAligned(matrix: Matrix, batch: number): boolean {
  const batchStride = batch === 1 ? 0 : matrix.batchStride;
  return [matrix.stride, firstElement(matrix), batchStride].every((count) => count % 4 === 0);
}

/** Splits a product with a large k: each part adds to the ones before, and only the last is finished. */
function* partsInDepth(product: Product, depth: number): Iterable<{ first: number; product: Product }> {
  const { k, accumulate, finish } = product;
  if (k <= depth) return yield { first: 0, product };
  for (let first = 0; first < k; first += depth) {
    const count = Math.min(depth, k - first);
    yield {
      first,
      product: {
        ...product,
        k: count,
        parts: 1,
        accumulate: accumulate || first > 0,
        finish: first + count < k ? "store" : finish,
      },
    };
  }
}
