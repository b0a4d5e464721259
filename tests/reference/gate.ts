/** Plain loop twin of the gated activations. @module */
import { type Plain, plain, rows, width } from "./plain.ts";

const ACTIVATIONS = {
  gelu: (a: number) => 0.5 * a * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (a + 0.044715 * a ** 3))),
  silu: (a: number) => a / (1 + Math.exp(-a)),
};

/** `y = activation(a) ⊙ b` for the halves a and b of each row; the tanh form of gelu. */
export function gateTwin(x: Plain, activation: keyof typeof ACTIVATIONS): Plain {
  const n = width(x) / 2;
  const y = plain(...x.shape.slice(0, -1), n);
  for (let i = 0; i < rows(x); i++) {
    for (let j = 0; j < n; j++) {
      y.data[i * n + j] = ACTIVATIONS[activation](x.data[2 * i * n + j]) * x.data[(2 * i + 1) * n + j];
    }
  }
  return y;
}
