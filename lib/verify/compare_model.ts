/** What every language model is compared by. @module */
import { crossEntropy } from "../autograd/ops/cross_entropy.ts";
import { Tape } from "../autograd/tape.ts";
import type { LanguageModel } from "../models/language_model.ts";
import { storedWeights } from "../models/packed_weights.ts";
import { recorded } from "../tensor/recorded.ts";
import type { Comparison } from "./comparison.ts";
import type { GoldenCase } from "./golden_case.ts";
import { counted, type ModelPass } from "./model_pass.ts";

/**
 * Compares `logits`, `loss` and `grad.<parameter>` for every parameter of the model, twice: as computed first and
 * as replayed.
 */
export function compareModel(
  model: Pick<LanguageModel, "gpu" | "layout" | "weights">,
  pass: ModelPass,
  golden: GoldenCase,
  comparison: Comparison,
): void {
  using step = recorded(model.gpu, () => {
    const tape = new Tape();
    const entries = Object.entries(model.weights).map(([key, weight]) => [key, tape.watch(weight)] as const);
    const logits = pass.forward(Object.fromEntries(entries));
    const loss = crossEntropy(logits, pass.labels);
    tape.backward(loss);
    const gradients = Object.fromEntries(entries.map(([key, weight]) => [key, tape.gradient(weight)]));
    return { logits, loss, gradients };
  });
  for (let i = 0; i < 2; i++) {
    const { logits, loss, gradients } = step.replay();
    comparison.numbers(
      "logits",
      counted(pass, logits.readFloats()),
      counted(pass, golden.tensor("logits").data),
    );
    comparison.numbers("loss", [loss.item()], golden.tensor("loss").data);
    const found = storedWeights(model.layout, gradients);
    for (const [name, { data }] of found) {
      comparison.numbers(`grad.${name}`, data, golden.tensor(`grad.${name}`).data);
    }
    const expected = [...golden.tensors.keys()].filter((name) => name.startsWith("grad.")).length;
    comparison.equal("number of gradients", found.size, expected);
  }
}
