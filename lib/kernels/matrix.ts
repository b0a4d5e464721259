/** Matrices inside tensors, as the matrix product takes them. @module */
import { columnsOf, rowsOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

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

/** Position of a matrix's first element in its buffer. */
export function firstElement(matrix: Matrix): number {
  return matrix.tensor.offset + matrix.offset;
}
