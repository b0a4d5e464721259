/** Gradients of a batch that is taken in parts. @module */
import { AdaptedModel } from "../../continual/adapted_model.ts";
import { gorp } from "../../continual/methods/gorp.ts";
import { MergedLora } from "../../continual/weight_groups.ts";
import { TrainStep } from "../../continual/train_step.ts";
import { loadT5 } from "../../models/t5/t5_model.ts";
import { adam } from "../../optim/adam.ts";
import { Random } from "../../tensor/random.ts";
import { scope } from "../../tensor/scope.ts";
import type { Checker } from "../checker.ts";
import { goldenRows } from "../golden_rows.ts";

/** A batch in `config.parts` parts → loss and gradients of the trained modules, in both weightings. */
export const checkAccumulation: Checker = async (golden, comparison, device) => {
  const { model: folder, parts } = golden.config;
  const gpu = await device();
  using model = loadT5(gpu, `${golden.folder}/${folder ?? "model"}`);
  const method = gorp({ options: { loraForm: "merged" } });
  const rows = goldenRows(golden);
  for (const partWeights of ["equal", "tokens"] as const) {
    using adapted = new AdaptedModel(model, method);
    adapted.startTask(new Random(1)); // fresh pairs change nothing
    const options = { microBatches: parts, partWeights, steps: 1, adam: adam(method.adam).options };
    using step = new TrainStep(adapted, rows, options);
    const beforeUpdate = () => {
      const merged = adapted.loraGroups.filter((group) => group instanceof MergedLora);
      for (const { group } of [...merged, ...adapted.fullRankGroups]) {
        const values = scope(gpu, () => adapted.arena.gradients(group).readFloats());
        const size = group.rows * group.columns;
        group.modules.forEach(({ name }, i) => {
          const key = `grad.${partWeights}.${name}.weight`;
          comparison.numbers(key, values.subarray(i * size, (i + 1) * size), golden.tensor(key).data);
        });
      }
    };
    step.run(rows, 1, { beforeUpdate });
    comparison.numbers(`loss.${partWeights}`, step.losses(1, 1), golden.tensor(`loss.${partWeights}`).data);
  }
};
