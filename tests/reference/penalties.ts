/** Plain loop twins of the terms that regularizers are made of. @module */
import { type Plain, plain, width } from "./plain.ts";

function scalar(value: number): Plain {
  const result = plain(1);
  result.data[0] = value;
  return result;
}

/** `Σ |x|` */
export function absoluteSumTwin(x: Plain): Plain {
  return scalar(x.data.reduce((sum, value) => sum + Math.abs(value), 0));
}

/** `Σ w (x − c)²` */
export function squaredDistanceTwin(x: Plain, center?: Plain, weights?: Plain): Plain {
  let sum = 0;
  x.data.forEach((value, i) => sum += (weights?.data[i] ?? 1) * (value - (center?.data[i] ?? 0)) ** 2);
  return scalar(sum);
}

/** The sum of the norms of the matrices `x [L, m, n]`, or of one `[m, n]`. */
export function matrixNormSumTwin(x: Plain): Plain {
  const count = x.shape.length === 3 ? x.shape[0] : 1;
  const size = x.data.length / count;
  let sum = 0;
  for (let l = 0; l < count; l++) sum += Math.hypot(...x.data.subarray(l * size, (l + 1) * size));
  return scalar(sum);
}

/** `op(A) op(B)`, matrix by matrix. */
export function batchProductTwin(
  a: Plain,
  b: Plain,
  { transposeA = false, transposeB = false }: { transposeA?: boolean; transposeB?: boolean } = {},
): Plain {
  const [batch, p, q] = a.shape.length === 3 ? a.shape : [1, ...a.shape];
  const [r, s] = b.shape.slice(-2);
  const [m, k, n] = [transposeA ? q : p, transposeA ? p : q, transposeB ? r : s];
  const c = a.shape.length === 3 ? plain(batch, m, n) : plain(m, n);
  for (let l = 0; l < batch; l++) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        for (let h = 0; h < k; h++) {
          const x = a.data[l * p * q + (transposeA ? h * q + i : i * q + h)];
          const y = b.data[l * r * s + (transposeB ? j * s + h : h * s + j)];
          c.data[(l * m + i) * n + j] += x * y;
        }
      }
    }
  }
  return c;
}

/** Mean over rows with a label ≥ 0 of `KL(softmax(teacher/T) ‖ softmax(student/T))`. */
export function divergenceTwin(
  student: Plain,
  teacher: Plain,
  { labels, temperature }: { labels: ArrayLike<number>; temperature: number },
): Plain {
  const n = width(student);
  const shares = (x: Plain, row: number) => {
    const logits = x.data.subarray(row * n, (row + 1) * n).map((value) => value / temperature);
    const largest = Math.max(...logits);
    const powers = logits.map((value) => Math.exp(value - largest));
    const total = powers.reduce((sum, value) => sum + value, 0);
    return powers.map((value) => value / total);
  };
  let sum = 0, count = 0;
  for (let row = 0; row < labels.length; row++) {
    if (labels[row] < 0) continue;
    const [p, q] = [shares(teacher, row), shares(student, row)];
    p.forEach((share, i) => sum += share * Math.log(share / q[i]));
    count += 1;
  }
  return scalar(count === 0 ? 0 : sum / count);
}
