/** A linear layer with LoRA pairs beside its weight (Hu et al., 2022). @module */
import { addedTo, passResidual, summedOverRows } from "../autograd/ops/linear.ts";
import type { WeightProductOptions } from "../autograd/own_product.ts";
import type { Sink } from "../autograd/sink.ts";
import { record } from "../autograd/tape.ts";
import { dropoutMasked } from "../kernels/dropout.ts";
import { addScaled } from "../kernels/elementwise.ts";
import { columnRange, matmul, matrixOf } from "../kernels/matmul.ts";
import { empty, type Tensor } from "../tensor/tensor.ts";

/** One pair: `A [r, in]`, `B [rows, r]`. */
export interface LoraPair {
  readonly a: Tensor;
  readonly b: Tensor;
  /** The first output that it changes, where it changes some of them only; default 0. */
  readonly row?: number;
}

/** A weight and the pairs stacked on it; usually all but the last are frozen (O-LoRA, GORP). */
export interface LoraLayer {
  /** `W [out, in]`, or its rows in several tensors, one below the other; may be packed in float16. */
  readonly weight: Tensor | readonly Tensor[];
  readonly pairs: readonly LoraPair[];
  /** s = α_lora / r */
  readonly scale: number;
}

/** Dropout on what the pairs read. */
export interface LoraDropout {
  readonly probability: number;
  /** `[1]` or `[2]` u32, see `dropoutMasked`; written anew for each step. */
  readonly seed: Tensor;
}

/** Options of {@linkcode loraLinear}. */
export interface LoraLinearOptions extends WeightProductOptions {
  readonly dropout?: LoraDropout;
}

/**
 * `y = alpha · (W x + s Σ_j B_j (A_j x̃)) (+ residual)`, all pairs reading the same x̃, which is x after dropout.
 *
 * The form for wide layers and for dropout; {@linkcode LoraPairs} computes the same function through the effective
 * weights, for less at small widths and without dropout.
 *
 * @param x `[…, in]`
 * @returns `[…, out]`
 *
 * @example A fresh pair changes nothing
 * ```ts
 * import { nn, openGpu, tensor } from "gorp";
 * using gpu = await openGpu();
 * const weight = tensor(gpu, new Float32Array([1, 2, 3, 4]), [2, 2]);
 * const pair = { a: tensor(gpu, new Float32Array([5, 6]), [1, 2]), b: tensor(gpu, new Float32Array(2), [2, 1]) };
 * const x = tensor(gpu, new Float32Array([1, 1]), [1, 2]);
 * console.log(nn.loraLinear(x, { weight, pairs: [pair], scale: 4 }).read()); // 3, 7
 * ```
 */
export function loraLinear(x: Tensor, layer: LoraLayer, options: LoraLinearOptions = {}): Tensor {
  const { pairs } = layer;
  const { residual, alpha = 1, dropout } = options;
  const parts = rowParts(layer.weight);
  const { row, weight } = parts.at(-1)!;
  const y = empty(x.gpu, [...x.shape.slice(0, -1), row + weight.shape[0]]);
  for (const { row, weight } of parts) {
    const of = (whole: Tensor) => columnRange(matrixOf(whole), row, weight.shape[0]);
    const added = residual ? { epilogue: "residual", operand: of(residual) } as const : {};
    matmul(matrixOf(x), matrixOf(weight), of(y), { transposeB: true, alpha, ...added });
  }
  const scale = alpha * layer.scale;
  const firstPair = 1 + parts.length;
  const compressed = addPairs(x, y, { pairs, scale, dropout });
  const factors = pairs.flatMap(({ a, b }) => [a, b]);
  const inputs = [x, ...parts.map(({ weight }) => weight), ...factors, ...residual ? [residual] : []];
  return record(inputs, y, (dy, sink) => {
    weightGradients(x, dy, sink, { parts, alpha });
    const changes = pairGradients({ x, dy, compressed }, sink, { pairs, scale, dropout, firstPair });
    if (sink.wants(0)) inputGradients(dy, sink, { parts, pairs, alpha, dropout, changes });
    for (const change of changes) change.dispose();
    if (residual) passResidual(sink, inputs.length - 1, dy);
  });
}

/** Some rows of a weight, and the first of the outputs that they give. */
interface RowPart {
  readonly weight: Tensor;
  readonly row: number;
}

function rowParts(weight: Tensor | readonly Tensor[]): RowPart[] {
  let row = 0;
  return [weight].flat().map((weight) => {
    row += weight.shape[0];
    return { weight, row: row - weight.shape[0] };
  });
}

/** Delivers `dW = alpha · dyᵀ x` of the rows that are trained themselves. */
function weightGradients(
  x: Tensor,
  dy: Tensor,
  sink: Sink,
  { parts, alpha }: { readonly parts: readonly RowPart[]; readonly alpha: number },
): void {
  parts.forEach(({ row }, i) => {
    if (!sink.wants(1 + i)) return;
    const slot = sink.slot(1 + i); // of as many rows as are wanted
    const wanted = columnRange(matrixOf(dy), row, slot.gradient.shape[0]);
    matmul(wanted, matrixOf(x), matrixOf(slot.gradient), { alpha, ...summedOverRows(slot) });
  });
}

interface Pairs {
  readonly pairs: readonly LoraPair[];
  /** s, with the factor of the whole product. */
  readonly scale: number;
  readonly dropout?: LoraDropout;
}

/** Adds `s B (A x̃)` of every pair to y; returns every `A x̃`, `[…, r]`. */
function addPairs(x: Tensor, y: Tensor, { pairs, scale, dropout }: Pairs): Tensor[] {
  const read = dropout ? dropped(x, dropout) : x;
  const compressed = pairs.map(({ a, b, row = 0 }) => {
    const small = empty(x.gpu, [...x.shape.slice(0, -1), a.shape[0]]);
    matmul(matrixOf(read), matrixOf(a), matrixOf(small), { transposeB: true });
    const changed = columnRange(matrixOf(y), row, b.shape[0]);
    matmul(matrixOf(small), matrixOf(b), changed, {
      transposeB: true,
      alpha: scale,
      epilogue: "accumulate",
    });
    return small;
  });
  if (read !== x) read.dispose();
  return compressed;
}

/** Delivers `dB = s dyᵀ (A x̃)` and `dA = (s dy B)ᵀ x̃` of the pairs that are trained; returns every `s dy B`. */
function pairGradients(
  { x, dy, compressed }: { readonly x: Tensor; readonly dy: Tensor; readonly compressed: readonly Tensor[] },
  sink: Sink,
  { pairs, scale, dropout, firstPair }: Pairs & { readonly firstPair: number },
): Tensor[] {
  const read = dropout ? dropped(x, dropout) : x; // made again rather than kept
  const changes = pairs.map(({ b, row = 0 }, i) => {
    const [inputA, inputB] = [firstPair + 2 * i, firstPair + 2 * i + 1];
    const part = columnRange(matrixOf(dy), row, b.shape[0]);
    if (sink.wants(inputB)) {
      const slot = sink.slot(inputB);
      const options = { alpha: scale, ...summedOverRows(slot) };
      matmul(part, matrixOf(compressed[i]), matrixOf(slot.gradient), options);
    }
    const change = empty(x.gpu, compressed[i].shape);
    matmul(part, matrixOf(b), matrixOf(change), { alpha: scale });
    if (sink.wants(inputA)) {
      const slot = sink.slot(inputA);
      matmul(matrixOf(change), matrixOf(read), matrixOf(slot.gradient), summedOverRows(slot));
    }
    return change;
  });
  if (read !== x) read.dispose();
  return changes;
}

/** Delivers `dx = alpha · dy W + mask(Σ (s dy B) A)`. */
function inputGradients(
  dy: Tensor,
  sink: Sink,
  { parts, pairs, alpha, dropout, changes }: {
    readonly parts: readonly RowPart[];
    readonly pairs: readonly LoraPair[];
    readonly alpha: number;
    readonly dropout?: LoraDropout;
    readonly changes: readonly Tensor[];
  },
): void {
  const slot = sink.slot(0);
  const { gradient } = slot;
  parts.forEach(({ weight, row }, i) => {
    const added = i === 0 ? addedTo(slot) : { epilogue: "accumulate" } as const;
    const part = columnRange(matrixOf(dy), row, weight.shape[0]);
    matmul(part, matrixOf(weight), matrixOf(gradient), { alpha, ...added });
  });
  const sum = dropout ? empty(dy.gpu, gradient.shape) : gradient;
  pairs.forEach(({ a }, i) => {
    const epilogue = dropout && i === 0 ? "store" : "accumulate";
    matmul(matrixOf(changes[i]), matrixOf(a), matrixOf(sum), { epilogue });
  });
  if (!dropout || pairs.length === 0) return;
  const masked = dropped(sum, dropout);
  addScaled(masked, gradient);
  for (const made of [sum, masked]) made.dispose();
}

function dropped(x: Tensor, { seed, probability }: LoraDropout): Tensor {
  const result = empty(x.gpu, x.shape);
  dropoutMasked(x, seed, result, probability);
  return result;
}
