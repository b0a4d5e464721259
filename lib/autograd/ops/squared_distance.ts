/** Weighted squared distances. @module */
import { fill } from "../../kernels/elementwise.ts";
import { weightedSquares, weightedSquaresGradient } from "../../kernels/weighted_squares.ts";
import { shapeText } from "../../tensor/shape.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import { record } from "../tape.ts";

/** Options of {@linkcode squaredDistance}; constants of x's size. */
export interface SquaredDistanceOptions {
  /** Where x should be; default 0. */
  readonly center?: Tensor;
  /** How much each coordinate counts; default 1. */
  readonly weights?: Tensor;
}

/**
 * `Σ w (x − c)²` over all elements, `[1]`.
 *
 * @param x of any shape
 * @throws {RangeError} when center or weights have another size
 *
 * @example Half a squared norm is the usual decay of weights
 * ```ts
 * import { autograd, openGpu, tensor } from "gorp";
 * using gpu = await openGpu();
 * console.log(autograd.squaredDistance(tensor(gpu, new Float32Array([3, 4]))).item()); // 25
 * ```
 */
export function squaredDistance(x: Tensor, options: SquaredDistanceOptions = {}): Tensor {
  const constant = (given: Tensor | undefined, value: number) => {
    if (given && given.size !== x.size) {
      throw new RangeError(
        `Cannot compare ${shapeText(x.shape)} with a tensor of ${shapeText(given.shape)}.`,
      );
    }
    if (given) return given;
    const filled = empty(x.gpu, x.shape);
    fill(filled, value);
    return filled;
  };
  const operands = { x, center: constant(options.center, 0), weights: constant(options.weights, 1) };
  const sum = empty(x.gpu, [1]);
  weightedSquares(operands, sum);
  return record([x], sum, (upstream, sink) => {
    const dx = empty(x.gpu, x.shape);
    weightedSquaresGradient(operands, upstream, dx);
    sink.give(0, dx);
  });
}
