/** Losses of several terms. @module */
import { addScaled } from "../../kernels/elementwise.ts";
import { empty, type Tensor } from "../../tensor/tensor.ts";
import { record } from "../tape.ts";

/** A scalar and its factor. */
export type Term = readonly [term: Tensor, factor: number];

/**
 * `Σ factor · term`, `[1]`.
 *
 * @param terms scalars `[1]`
 * @throws {RangeError} when there are none, or one is no scalar
 *
 * @example A loss and a penalty
 * ```ts
 * import { autograd, openGpu, tensor } from "gorp";
 * using gpu = await openGpu();
 * const [loss, penalty] = [2, 3].map((value) => tensor(gpu, new Float32Array([value])));
 * console.log(autograd.weightedSum([[loss, 1], [penalty, 0.5]]).item()); // 3.5
 * ```
 */
export function weightedSum(terms: readonly Term[]): Tensor {
  if (terms.length === 0 || terms.some(([term]) => term.size !== 1)) {
    throw new RangeError("A sum of losses needs at least one, each with one element.");
  }
  const sum = empty(terms[0][0].gpu, [1]);
  terms.forEach(([term, scale], i) => addScaled(term, sum, { keep: i === 0 ? 0 : 1, scale }));
  return record(terms.map(([term]) => term), sum, (upstream, sink) => {
    terms.forEach(([, scale], i) => {
      if (!sink.wants(i)) return;
      const slot = sink.slot(i);
      addScaled(upstream, slot.gradient, { keep: 0, scale });
      if (slot.previous) addScaled(slot.previous, slot.gradient);
    });
  });
}
