/** Gradients of the rows that matter. @module */
import { RowScores } from "../../continual/regularizers/migu.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { tensor } from "../../tensor/tensor.ts";
import type { Comparison } from "../comparison.ts";
import type { GoldenCase } from "../golden_case.ts";

/** Outputs `act.<i>`, gradient `g` → scores `n`, `mask`, `masked`. */
export function compareMigu(gpu: Gpu, golden: GoldenCase, comparison: Comparison): void {
  const { quantile, batches, kept: keptCount } = golden.config;
  const on = (name: string) => tensor(gpu, golden.floats(name), golden.tensor(name).shape);
  const gradient = on("g");
  const scores = new RowScores(gpu, gradient.shape[0]);
  for (let batch = 1; batch <= batches; batch++) scores.add(on(`act.${batch}`));
  const { kept, mask } = scores.keep(gradient, { quantile });
  const found = [...mask.read()];
  if (golden.has("n")) comparison.numbers("n", scores.tensor.readFloats(), golden.tensor("n").data);
  if (golden.has("mask")) comparison.equal("mask", found, [...golden.integers("mask")]);
  if (keptCount !== undefined) {
    comparison.equal(
      "rows kept",
      found.filter((row) => row === 1).length,
      keptCount,
    );
  }
  comparison.numbers("masked", kept.readFloats(), golden.tensor("masked").data);
}
