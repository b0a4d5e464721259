/** The network that `mlp_bench.ts` trains, as plain numbers, so that every library trains the same one. */
import { Random } from "../lib/tensor/random.ts";

/** Rows of a batch, width of every layer, number of classes. */
export const WIDTH = 256;
/** Layers, without biases, rectifiers between them. */
export const LAYERS = 3;
/** Adam with bias-corrected moments: `m̂ / (√v̂ + eps)`. */
export const ADAM = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8 };
/** After so many steps the losses of all libraries are compared. */
export const COMPARED_STEP = 20;

/** Inputs `[WIDTH, WIDTH]`, a class a row, and weights `[in, out]`, all row-major. */
export interface MlpProblem {
  readonly inputs: Float32Array<ArrayBuffer>;
  readonly classes: Int32Array<ArrayBuffer>;
  readonly weights: readonly Float32Array<ArrayBuffer>[];
}

/** The same numbers at every call. */
export function mlpProblem(): MlpProblem {
  const random = new Random(1, "mlp");
  const matrix = (scale: number) => random.normalArray(WIDTH * WIDTH).map((value) => scale * value);
  return {
    inputs: matrix(1),
    classes: Int32Array.from({ length: WIDTH }, () => random.integer(WIDTH)),
    weights: Array.from({ length: LAYERS }, () => matrix(Math.sqrt(2 / WIDTH))),
  };
}
