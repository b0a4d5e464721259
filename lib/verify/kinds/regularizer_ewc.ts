/** Importances of weights, and the penalty for leaving where they were. @module */
import { ewcPenalty, Importance } from "../../continual/regularizers/ewc.ts";
import { type Tensor, tensor } from "../../tensor/tensor.ts";
import type { PenaltyBench } from "./penalty_bench.ts";

/** Compares `F.<task>.<parameter>`; returns the penalty. */
export function compareEwc({ gpu, golden, comparison, constant, variable }: PenaltyBench): Tensor {
  const { mode, lambda, tasks, batches, parameters, decay = 1 } = golden.config;
  const anchored = (parameters as string[]).map((parameter) => {
    const { shape } = golden.tensor(`theta.${parameter}`);
    const anchors: { value: Tensor; importance: Tensor }[] = [];
    for (let task = 1; task <= tasks; task++) {
      const last = anchors.at(-1);
      const before = mode === "online" && last ? { tensor: last.importance, decay } : undefined;
      const importance = new Importance(gpu, shape, { batches, before });
      for (let batch = 1; batch <= batches; batch++) {
        importance.add(tensor(gpu, golden.floats(`g.${task}.${batch}.${parameter}`), shape));
      }
      const name = `F.${task}.${parameter}`;
      comparison.numbers(name, importance.tensor.readFloats(), golden.tensor(name).data);
      anchors.push({ value: constant(`thetaStar.${task}.${parameter}`)!, importance: importance.tensor });
    }
    return {
      weight: variable(`theta.${parameter}`, `grad.${parameter}`),
      anchors: mode === "online" ? anchors.slice(-1) : anchors,
    };
  });
  return ewcPenalty(anchored, { factor: lambda });
}
