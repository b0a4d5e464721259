/** T5: hidden states, logits, loss, every gradient, greedy generation. @module */
import { encode } from "../../models/t5/t5_forward.ts";
import { loadT5 } from "../../models/t5/t5_model.ts";
import { scope } from "../../tensor/scope.ts";
import type { Checker } from "../checker.ts";
import { compareGenerated } from "../compare_generated.ts";
import { compareModel } from "../compare_model.ts";
import { t5Pass, where } from "../model_pass.ts";

/** One batch → hidden states of the encoder where there is a token, and what every model is compared by. */
export const checkT5: Checker = async (golden, comparison, device) => {
  const gpu = await device();
  using model = loadT5(gpu, `${golden.folder}/${golden.config.model ?? "model"}`);
  using pass = t5Pass(model, golden);
  if (golden.has("encoder_hidden")) {
    const { config, weights } = model;
    const hidden = scope(gpu, () => encode({ config, weights, inputs: pass.inputs }).readFloats());
    const kept = (data: ArrayLike<number>) => where(golden.integers("attention_mask"), data);
    comparison.numbers("encoder_hidden", kept(hidden), kept(golden.tensor("encoder_hidden").data));
  }
  compareModel(model, pass, golden, comparison);
  compareGenerated(model, golden, comparison);
};
