/** The model of a golden case with its batch. @module */
import { llamaForward } from "../models/llama/llama_forward.ts";
import type { LlamaModel } from "../models/llama/llama_model.ts";
import { LlamaSequence } from "../models/llama/llama_sequence.ts";
import type { Weights } from "../models/layout.ts";
import type { LoadedModel } from "../models/load_model.ts";
import type { T5Inputs } from "../models/t5/t5_inputs.ts";
import type { T5Model } from "../models/t5/t5_model.ts";
import { type Tensor, tensor } from "../tensor/tensor.ts";
import type { GoldenCase } from "./golden_case.ts";
import { goldenRows } from "./golden_rows.ts";

/** How a case's numbers are computed from weights, its inputs being loaded. */
export interface ModelPass extends Disposable {
  forward(weights: Weights): Tensor;
  /** The token that each row of the logits predicts; −100 for none. */
  readonly labels: Tensor;
  /** 1 at positions whose logits count; null for all. */
  readonly positions: ArrayLike<number> | null;
}

/** The inputs of a T5 case: the logits of all labels count. */
export function t5Pass(model: T5Model, golden: GoldenCase): ModelPass & { readonly inputs: T5Inputs } {
  const rows = goldenRows(golden);
  const inputs = model.inputs(rows);
  inputs.load(rows);
  return {
    inputs,
    forward: (weights) => model.forward(inputs, weights),
    labels: inputs.labels,
    positions: null,
    [Symbol.dispose]: () => inputs[Symbol.dispose](),
  };
}

/** The inputs of a LLaMA case: whole sequences, in which the label of a position is predicted from the one before. */
export function llamaPass(
  model: LlamaModel,
  golden: GoldenCase,
): ModelPass & { readonly sequence: LlamaSequence } {
  const [size, length] = golden.tensor("input_ids").shape;
  const mask = golden.integers("attention_mask");
  const sequence = new LlamaSequence(model.gpu, model.config, size, length);
  sequence.load({ ids: golden.integers("input_ids"), mask });
  const next = golden.integers("labels").map((_, i, all) => (i + 1) % length ? all[i + 1] : -100);
  const labels = tensor(model.gpu, next, [size, length]);
  return {
    sequence,
    forward: (weights) => llamaForward(model.config, weights, sequence),
    labels,
    positions: mask,
    [Symbol.dispose]: () => {
      sequence[Symbol.dispose]();
      labels.dispose();
    },
  };
}

/** The pass of whatever model a case has. */
export function passOf(model: LoadedModel, golden: GoldenCase): ModelPass {
  return model.architecture === "t5" ? t5Pass(model, golden) : llamaPass(model, golden);
}

/** The numbers of `data [positions, …]` that count in a pass. */
export function counted({ positions }: ModelPass, data: ArrayLike<number>): ArrayLike<number> {
  return positions ? where(positions, data) : data;
}

/** The numbers of `data [positions, …]` at positions where `mask` is not 0. */
export function where(mask: ArrayLike<number>, data: ArrayLike<number>): number[] {
  const width = data.length / mask.length;
  return Array.from(data).filter((_, i) => mask[Math.floor(i / width)] !== 0);
}
