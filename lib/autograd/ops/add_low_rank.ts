/** Weights changed by low-rank pairs. @module */
import { matmul, matrixOf, rowRange } from "../../kernels/matmul.ts";
import { shapeText } from "../../tensor/shape.ts";
import { copyInto, empty, type Tensor } from "../../tensor/tensor.ts";
import type { Sink } from "../sink.ts";
import { record } from "../tape.ts";

/** A pair and the rows of a weight that it changes. */
export interface LowRankPart {
  /** First row of the weight. */
  readonly row: number;
  /** A `[r, in]` */
  readonly a: Tensor;
  /** B `[rows, r]` */
  readonly b: Tensor;
  /** s */
  readonly scale: number;
}

/**
 * `W + s · B A` on some rows of a weight, as a new tensor: LoRA as a reparametrization. The gradients are
 * `dA = s Bᵀ dW`, `dB = s dW Aᵀ` of those rows, and dW passes through.
 *
 * @param weight W `[out, in]`
 * @param parts pairs; several may change the same rows
 * @throws {RangeError} when a pair does not fit the weight
 */
export function addLowRank(weight: Tensor, parts: readonly LowRankPart[]): Tensor {
  const sum = empty(weight.gpu, weight.shape);
  copyInto(weight, sum);
  for (const { row, a, b, scale } of parts) {
    const [rows, rank] = b.shape;
    if (row < 0 || row + rows > weight.shape[0] || a.shape[1] !== weight.shape[1] || a.shape[0] !== rank) {
      throw new RangeError(
        `A pair of ${shapeText(a.shape)} and ${shapeText(b.shape)} does not fit a weight of ` +
          `${shapeText(weight.shape)} from row ${row} on.`,
      );
    }
    const changed = rowRange(matrixOf(sum), row, rows);
    matmul(matrixOf(b), matrixOf(a), changed, { alpha: scale, epilogue: "accumulate" });
  }
  const inputs = [weight, ...parts.flatMap(({ a, b }) => [a, b])];
  return record(inputs, sum, (dW, sink) => {
    parts.forEach((part, i) => pairGradients(part, dW, { sink, first: 1 + 2 * i }));
    if (sink.wants(0)) sink.give(0, dW);
  });
}

function pairGradients(
  { row, a, b, scale: alpha }: LowRankPart,
  dW: Tensor,
  { sink, first }: { readonly sink: Sink; readonly first: number },
): void {
  const changed = rowRange(matrixOf(dW), row, b.shape[0]);
  const addedTo = (previous: Tensor | null) =>
    previous ? { epilogue: "residual" as const, operand: matrixOf(previous) } : {};
  if (sink.wants(first)) {
    const { gradient, previous } = sink.slot(first);
    matmul(matrixOf(b), changed, matrixOf(gradient), { transposeA: true, alpha, ...addedTo(previous) });
  }
  if (sink.wants(first + 1)) {
    const { gradient, previous } = sink.slot(first + 1);
    matmul(changed, matrixOf(a), matrixOf(gradient), { transposeB: true, alpha, ...addedTo(previous) });
  }
}
