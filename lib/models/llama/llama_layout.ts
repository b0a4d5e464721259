/** The weights of a LLaMA model. @module */
import { type PackedWeight, single, stacked } from "../layout.ts";
import type { LlamaConfig } from "./llama_config.ts";

/**
 * The packed weights of a LLaMA model and the names under which Hugging Face stores their parts. Projections that
 * read the same input are stacked: queries, values, keys, and the two of the gated feed-forward layer, with the
 * ones that GORP trains first.
 */
export function llamaLayout(config: LlamaConfig): PackedWeight[] {
  const { width, vocabularySize, deviation } = config;
  const layers = Array.from({ length: config.layers }, (_, i) => layer(config, i));
  return [
    single("embedding", "model.embed_tokens.weight", [vocabularySize, width], deviation),
    ...layers.flat(),
    single("norm", "model.norm.weight", [width], "ones"),
    ...(config.tied ? [] : [single("head", "lm_head.weight", [vocabularySize, width], deviation)]),
  ];
}

function layer(config: LlamaConfig, i: number): PackedWeight[] {
  const { width, heads, keyHeads, headWidth, feedForwardWidth: inner, deviation: init } = config;
  const stored = (name: string) => `model.layers.${i}.${name}.weight`;
  const part = (name: string, rows: number) => ({ name: stored(name), rows, init });
  const [queries, keys] = [heads * headWidth, keyHeads * headWidth];
  const projections = [
    part("self_attn.q_proj", queries),
    part("self_attn.v_proj", keys),
    part("self_attn.k_proj", keys),
  ];
  const gate = [part("mlp.gate_proj", inner), part("mlp.up_proj", inner)];
  return [
    single(`${i}.attentionNorm`, stored("input_layernorm"), [width], "ones"),
    stacked(`${i}.qvk`, projections, width),
    single(`${i}.attentionOut`, stored("self_attn.o_proj"), [width, queries], init),
    single(`${i}.feedNorm`, stored("post_attention_layernorm"), [width], "ones"),
    stacked(`${i}.feedInner`, gate, width),
    single(`${i}.feedOuter`, stored("mlp.down_proj"), [width, inner], init),
  ];
}
