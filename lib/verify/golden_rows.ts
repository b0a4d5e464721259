/** Batches of golden cases. @module */
import type { TokenRows } from "../models/language_model.ts";
import type { GoldenCase } from "./golden_case.ts";

/** The tensors `input_ids`, `attention_mask` and `labels` of a case, each name followed by `ending`. */
export function goldenRows(golden: GoldenCase, ending = ""): TokenRows {
  const [size, sourceLength] = golden.tensor(`input_ids${ending}`).shape;
  return {
    ...{ size, sourceLength, targetLength: golden.tensor(`labels${ending}`).shape[1] },
    inputIds: golden.integers(`input_ids${ending}`),
    attentionMask: golden.integers(`attention_mask${ending}`),
    labels: golden.integers(`labels${ending}`),
  };
}
