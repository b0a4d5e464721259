/** What models write. @module */
import { generate, type GenerativeModel } from "../models/generate.ts";
import type { Comparison } from "./comparison.ts";
import type { GoldenCase } from "./golden_case.ts";

/** Compares the tokens that a model writes behind the case's prompts, where the case has any. */
export function compareGenerated(model: GenerativeModel, golden: GoldenCase, comparison: Comparison): void {
  if (!golden.has("generated")) return;
  const { maxNewTokens, eosTokenId, padTokenId } = golden.config;
  const [size, sourceLength] = golden.tensor("input_ids").shape;
  const prompts = {
    ...{ size, sourceLength },
    inputIds: golden.integers("input_ids"),
    attentionMask: golden.integers("attention_mask"),
  };
  const { width, ids } = generate(model, prompts, {
    maxNewTokens,
    eosIds: eosTokenId === undefined ? undefined : [eosTokenId].flat(),
    padId: padTokenId,
  });
  comparison.equal("shape of generated", [size, width], golden.tensor("generated").shape);
  comparison.equal("generated", [...ids], [...golden.integers("generated")]);
}
