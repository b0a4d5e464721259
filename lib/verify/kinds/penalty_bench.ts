/** What the penalties of golden cases are computed from. @module */
import type { Gpu } from "../../gpu/gpu.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Comparison } from "../comparison.ts";
import type { GoldenCase } from "../golden_case.ts";

/** What a method's penalty is computed from. */
export interface PenaltyBench {
  readonly gpu: Gpu;
  readonly golden: GoldenCase;
  readonly comparison: Comparison;
  /** A tensor of the case; undefined where it has none of this name. */
  constant(name: string): Tensor | undefined;
  /** A tensor of the case whose gradient is expected, under `grad.<name>` unless another name is given. */
  variable(name: string, gradient?: string): Tensor;
}
