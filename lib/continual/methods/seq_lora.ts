/** SeqLoRA: one adapter, trained on and on. @module */
import type { Method } from "../method.ts";
import { loraMethod, type LoraMethodKind, type LoraOptions } from "./lora_method.ts";

/** What SeqLoRA is. */
export const SEQ_LORA: LoraMethodKind<Record<never, never>> = {
  id: "seq-lora",
  name: "SeqLoRA",
  summary: "one adapter, trained on from task to task",
  adapters: "single",
  own: {},
};

/**
 * One pair a module, `W + s · B A`, which every task trains on with a new optimizer. Nothing keeps old tasks: the lower
 * end of tables in this field (as in Wang et al., EMNLP 2023; r 8, α 32).
 *
 * @throws {InputError} for an option that it does not have, or one out of range
 */
export function seqLora(options: Partial<LoraOptions> = {}): Method {
  return loraMethod(SEQ_LORA, options);
}
