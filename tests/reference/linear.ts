/** Plain loop twin of the linear layer. @module */
import { type Plain, plain, rows, width } from "./plain.ts";

/** `y[i, o] = alpha · Σ_k x[i, k] w[o, k] (+ residual[i, o])`. */
export function linearTwin(x: Plain, w: Plain, options: { alpha?: number; residual?: Plain } = {}): Plain {
  const { alpha = 1, residual } = options;
  const [outputs, inputs] = w.shape;
  const y = plain(...x.shape.slice(0, -1), outputs);
  for (let i = 0; i < rows(x); i++) {
    for (let o = 0; o < outputs; o++) {
      let sum = 0;
      for (let k = 0; k < width(x); k++) sum += x.data[i * inputs + k] * w.data[o * inputs + k];
      y.data[i * outputs + o] = alpha * sum + (residual ? residual.data[i * outputs + o] : 0);
    }
  }
  return y;
}
