/** The end of a reduction. @module */
import { float } from "../gpu/uniform_store.ts";
import type { Tensor } from "../tensor/tensor.ts";
import code from "./total.wgsl" with { type: "text" };

const TOTAL = { name: "total", code };

/** `sum [1] = factor · Σ partial`, by one thread: for the few numbers that a reduction leaves. */
export function total(partial: Tensor, sum: Tensor, factor = 1): void {
  sum.gpu.dispatch(TOTAL, [partial.range, sum.range], { uniform: [partial.size, float(factor)], grid: [1] });
}
