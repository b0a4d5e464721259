/** The matrix product. @module */
import { float } from "../gpu/uniform_store.ts";
import type { Kernel } from "../gpu/kernel.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { columnsOf, rowsOf } from "../tensor/shape.ts";
import code from "./matmul.wgsl" with { type: "text" };

/** A matrix, or a batch of them, inside a tensor. All counts in elements. */
export interface Matrix {
  readonly tensor: Tensor;
  readonly rows: number;
  readonly columns: number;
  /** Distance between rows. */
  readonly stride: number;
  /** First element, counted from the tensor's first. */
  readonly offset: number;
  /** Distance between the matrices of a batch; 0 repeats one matrix. */
  readonly batchStride: number;
}

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
  readonly epilogue?: Epilogue;
  /** The operand D of the epilogues `residual` and `reluMask`; of C's size. */
  readonly operand?: Matrix;
}

const EPILOGUES: readonly Epilogue[] = ["store", "accumulate", "residual", "relu", "reluMask"];
const KERNEL: Kernel = { name: "matmul", code };

/** A tensor `[…, columns]` seen as one matrix whose rows are all but its last dimension. */
export function matrixOf(tensor: Tensor): Matrix {
  const columns = columnsOf(tensor.shape);
  return { tensor, rows: rowsOf(tensor.shape), columns, stride: columns, offset: 0, batchStride: 0 };
}

/** A tensor `[batch, rows, columns]` seen as a batch of matrices. */
export function batchOf(tensor: Tensor): Matrix {
  const [, rows, columns] = tensor.shape;
  return { tensor, rows, columns, stride: columns, offset: 0, batchStride: rows * columns };
}

/** Neighbouring columns of a matrix. */
export function columnRange(matrix: Matrix, first: number, count: number): Matrix {
  return { ...matrix, columns: count, offset: matrix.offset + first };
}

/** Neighbouring rows of a matrix. */
export function rowRange(matrix: Matrix, first: number, count: number): Matrix {
  return { ...matrix, rows: count, offset: matrix.offset + first * matrix.stride };
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
  const [m, k] = transposeA ? [a.columns, a.rows] : [a.rows, a.columns];
  const [inner, n] = transposeB ? [b.columns, b.rows] : [b.rows, b.columns];
  if (inner !== k || c.rows !== m || c.columns !== n) {
    throw new RangeError(`Cannot multiply [${m}, ${k}] by [${inner}, ${n}] into [${c.rows}, ${c.columns}].`);
  }
  const d = options.operand ?? a;
  a.tensor.gpu.dispatch(
    KERNEL,
    [a.tensor.range, b.tensor.range, c.tensor.range, d.tensor.range],
    {
      uniform: [
        ...[m, n, k, EPILOGUES.indexOf(epilogue)],
        ...[a.stride, b.stride, c.stride, d.stride],
        ...[a.offset, b.offset, c.offset, d.offset],
        ...[a.batchStride, b.batchStride, c.batchStride, d.batchStride],
        ...[Number(transposeA), Number(transposeB), float(alpha)],
      ],
      grid: [Math.ceil(n / 8), Math.ceil(m / 8), batch],
    },
  );
}
