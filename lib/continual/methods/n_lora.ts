/** N-LoRA: a fresh adapter for each task, kept sparse. @module */
import type { Method } from "../method.ts";
import { nLoraPenalty } from "../regularizers/n_lora.ts";
import { loraMethod, type LoraMethodKind, type LoraOptions } from "./lora_method.ts";
import { factor, type MethodOption, oneOf } from "./method_option.ts";

/** `paper`: what the pair adds to its weight is made sparse; `released`: the product that the released code takes. */
export type NLoraForm = "paper" | "released";

/** N-LoRA's own options. */
type Own = { readonly lambda: MethodOption<number>; readonly form: MethodOption<NLoraForm> };

/** Options of {@linkcode nLora}. */
export interface NLoraMethodOptions extends LoraOptions {
  /** λ; default 0.4. */
  readonly lambda: number;
  /** Which matrix is made sparse; default `paper`. */
  readonly form: NLoraForm;
}

/** What N-LoRA is. */
export const N_LORA: LoraMethodKind<Own> = {
  id: "n-lora",
  name: "N-LoRA",
  summary: "stacked adapters, each penalized for its size, so that few of its entries differ from 0",
  adapters: "stack",
  own: { lambda: factor(0.4), form: oneOf<NLoraForm>(["paper", "released"]) },
  form: ({ form }) => form === "released" ? form : null,
  penalty: ({ lambda, form }) => {
    const options = { factor: lambda, version: form === "paper" ? "delta-w" : "r-by-r" } as const;
    return { name: N_LORA.name, term: (pair) => lambda === 0 ? null : nLoraPenalty([pair], options) };
  },
};

/**
 * Stacked adapters, with `λ Σ |B A|` (form `paper`) or `λ Σ |A B|` (form `released`) added to the loss, entrywise and over
 * all modules.
 *
 * Yang et al., Is parameter collision hindering continual learning in LLMs?, COLING 2025. Published for T5-large: r 8, λ
 * 0.4 on orders 1 to 3, 0.55 on order 5, 1.8 on order 6; ten epochs. The released code multiplies A by B instead of B by
 * A, which gives `[r, r]` and needs square weights. The sum runs over all entries of all modules: what λ weighs
 * changes with the model.
 *
 * @throws {InputError} for an option that it does not have, or one out of range
 */
export function nLora(options: Partial<NLoraMethodOptions> = {}): Method {
  return loraMethod(N_LORA, options);
}
