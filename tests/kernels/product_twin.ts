/** Plain loop twin of the matrix product. @module */
import type { Epilogue, Matrix } from "../../lib/kernels/matmul.ts";

/** A matrix over plain numbers. */
export type PlainMatrix = Omit<Matrix, "tensor"> & { readonly data: Float32Array };

/** What the product does, as in `matmul`. */
export interface PlainProduct {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly batch: number;
  readonly alpha: number;
  readonly epilogue: Epilogue;
  readonly operand?: PlainMatrix;
}

/** Computes in f64 and stores into `c`. */
export function productTwin(a: PlainMatrix, b: PlainMatrix, c: PlainMatrix, options: PlainProduct): void {
  const { transposeA, transposeB, batch, alpha, epilogue, operand } = options;
  const depth = transposeA ? a.rows : a.columns;
  for (let z = 0; z < batch; z++) {
    for (let i = 0; i < c.rows; i++) {
      for (let j = 0; j < c.columns; j++) {
        let sum = 0;
        for (let k = 0; k < depth; k++) {
          const x = transposeA ? element(a, z, k, i) : element(a, z, i, k);
          const y = transposeB ? element(b, z, j, k) : element(b, z, k, j);
          sum += x * y;
        }
        const d = operand ? element(operand, z, i, j) : 0;
        c.data[place(c, z, i, j)] = finish(epilogue, alpha * sum, element(c, z, i, j), d);
      }
    }
  }
}

function finish(epilogue: Epilogue, product: number, old: number, d: number): number {
  switch (epilogue) {
    case "store":
      return product;
    case "accumulate":
      return old + product;
    case "residual":
      return product + d;
    case "relu":
      return Math.max(product, 0);
    case "reluMask":
      return d > 0 ? product : 0;
  }
}

function place(matrix: PlainMatrix, z: number, row: number, column: number): number {
  return matrix.offset + z * matrix.batchStride + row * matrix.stride + column;
}

function element(matrix: PlainMatrix, z: number, row: number, column: number): number {
  return matrix.data[place(matrix, z, row, column)];
}
