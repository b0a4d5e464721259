/** Batches of golden cases. @module */
import type { GoldenCase } from "../golden_case.ts";
import type { TokenRows } from "../../lib/models/language_model.ts";

/** The tensors `input_ids`, `attention_mask` and `labels` of a case, each name followed by `ending`. */
export function goldenRows({ tensors }: GoldenCase, ending = ""): TokenRows {
  const named = (name: string) => tensors.get(name + ending)!;
  const integers = (name: string) => named(name).data as Int32Array<ArrayBuffer>;
  const [size, sourceLength] = named("input_ids").shape;
  return {
    ...{ size, sourceLength, targetLength: named("labels").shape[1] },
    inputIds: integers("input_ids"),
    attentionMask: integers("attention_mask"),
    labels: integers("labels"),
  };
}
