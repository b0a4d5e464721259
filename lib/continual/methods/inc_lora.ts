/** IncLoRA: a fresh adapter for each task, on top of the earlier ones. @module */
import type { Method } from "../method.ts";
import { loraMethod, type LoraMethodKind, type LoraOptions } from "./lora_method.ts";

/** What IncLoRA is. */
export const INC_LORA: LoraMethodKind<Record<never, never>> = {
  id: "inc-lora",
  name: "IncLoRA",
  summary: "a fresh adapter for each task, stacked on the frozen earlier ones",
  adapters: "stack",
  own: {},
};

/**
 * `W + s Σ_j B_j A_j`, of which the last pair is trained and the earlier ones stay in force, frozen: O-LoRA with both of
 * its factors 0 (Wang et al., EMNLP 2023; r 8, α 32), and what GORP's variant B trains.
 *
 * @throws {InputError} for an option that it does not have, or one out of range
 */
export function incLora(options: Partial<LoraOptions> = {}): Method {
  return loraMethod(INC_LORA, options);
}
