/** T5: logits, loss, every gradient, greedy generation. @module */
import type { Weights } from "../../models/layout.ts";
import { encode } from "../../models/t5/t5_forward.ts";
import { loadT5 } from "../../models/t5/t5_model.ts";
import { scope } from "../../tensor/scope.ts";
import type { Checker } from "../checker.ts";
import { goldenRows } from "../golden_rows.ts";
import { compareModel, where } from "../compare_model.ts";

/** One batch → hidden states of the encoder where there is a token, and what every model is compared by. */
export const checkT5: Checker = async (golden, comparison, device) => {
  const gpu = await device();
  using model = loadT5(gpu, `${golden.folder}/${golden.config.model ?? "model"}`);
  const rows = goldenRows(golden);
  using inputs = model.inputs(rows);
  inputs.load(rows);
  if (golden.has("encoder_hidden")) {
    const hidden = scope(
      gpu,
      () => encode({ config: model.config, weights: model.weights, inputs }).readFloats(),
    );
    const kept = (data: ArrayLike<number>) => where(rows.attentionMask, data);
    comparison.numbers("encoder_hidden", kept(hidden), kept(golden.tensor("encoder_hidden").data));
  }
  const forward = (weights: Weights) => model.forward(inputs, weights);
  compareModel(model, { forward, labels: inputs.labels }, golden, comparison);
};
