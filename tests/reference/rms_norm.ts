/** Plain loop twin of root-mean-square normalization. @module */
import { type Plain, plain, rows, width } from "./plain.ts";

/** `y[i, j] = scale · gain[j] · x[i, j] / √(mean_j x[i, j]² + eps)`. */
export function rmsNormTwin(x: Plain, gain: Plain, { eps, scale }: { eps: number; scale: number }): Plain {
  const y = plain(...x.shape);
  const n = width(x);
  for (let i = 0; i < rows(x); i++) {
    let squares = 0;
    for (let j = 0; j < n; j++) squares += x.data[i * n + j] ** 2;
    const inverse = 1 / Math.sqrt(squares / n + eps);
    for (let j = 0; j < n; j++) y.data[i * n + j] = scale * gain.data[j] * x.data[i * n + j] * inverse;
  }
  return y;
}
