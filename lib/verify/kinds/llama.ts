/** LLaMA: logits, loss, every gradient, greedy generation. @module */
import { loadLlama } from "../../models/llama/llama_model.ts";
import type { Checker } from "../checker.ts";
import { compareGenerated } from "../compare_generated.ts";
import { compareModel } from "../compare_model.ts";
import { llamaPass, where } from "../model_pass.ts";

/** One batch of sequences → logits of all positions with a token, and what follows from them. */
export const checkLlama: Checker = async (golden, comparison, device) => {
  const gpu = await device();
  using model = loadLlama(gpu, `${golden.folder}/${golden.config.model ?? "model"}`);
  using pass = llamaPass(model, golden);
  if (golden.has("position_ids")) {
    const kept = (positions: ArrayLike<number>) => where(golden.integers("attention_mask"), positions);
    const found = pass.sequence.positions.read();
    comparison.equal("position_ids", kept(found), kept(golden.integers("position_ids")));
  }
  compareModel(model, pass, golden, comparison);
  compareGenerated(model, golden, comparison);
};
