/** LLaMA: logits, loss, every gradient. @module */
import type { Weights } from "../../models/layout.ts";
import { llamaForward } from "../../models/llama/llama_forward.ts";
import { loadLlama } from "../../models/llama/llama_model.ts";
import { LlamaSequence } from "../../models/llama/llama_sequence.ts";
import { tensor } from "../../tensor/tensor.ts";
import type { Checker } from "../checker.ts";
import { compareModel, where } from "../compare_model.ts";

/** One batch of sequences → logits of all positions with a token, and what follows from them. */
export const checkLlama: Checker = async (golden, comparison, device) => {
  const gpu = await device();
  using model = loadLlama(gpu, `${golden.folder}/${golden.config.model ?? "model"}`);
  const [size, length] = golden.tensor("input_ids").shape;
  const mask = golden.integers("attention_mask");
  using sequence = new LlamaSequence(gpu, model.config, size, length);
  sequence.load({ ids: golden.integers("input_ids"), mask });
  if (golden.has("position_ids")) {
    const kept = (positions: ArrayLike<number>) => where(mask, positions);
    comparison.equal("position_ids", kept(sequence.positions.read()), kept(golden.integers("position_ids")));
  }
  // the label of a position is predicted from the one before it
  const next = golden.integers("labels").map((_, i, labels) => (i + 1) % length ? labels[i + 1] : -100);
  using labels = tensor(gpu, next, [size, length]);
  const forward = (weights: Weights) => llamaForward(model.config, weights, sequence);
  compareModel(model, { forward, labels, positions: mask }, golden, comparison);
};
