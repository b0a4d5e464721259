/**
 * T5 and LLaMA, the files of models and adapters, and how their weights are laid out.
 *
 * @module
 */
export * from "./adapter.ts";
export * from "./adapter_config.ts";
export * from "./adapter_fit.ts";
export * from "./adapter_pair.ts";
export * from "./adapter_targets.ts";
export * from "./adapter_weights.ts";
export * from "./arena_block.ts";
export * from "./checkpoint_files.ts";
export * from "./fresh_weights.ts";
export * from "./generate.ts";
export * from "./key_value_cache.ts";
export * from "./language_model.ts";
export * from "./layout.ts";
export * from "./load_model.ts";
export * from "./module_set.ts";
export * from "./packed_weights.ts";
export * from "./read_weights.ts";
export * from "./safetensors.ts";
export * from "./save_weights.ts";
export * from "./target_modules.ts";
export * from "./weight_arena.ts";
export * from "./write_adapter.ts";
export * from "./llama/llama_config.ts";
export * from "./llama/llama_decoder.ts";
export * from "./llama/llama_forward.ts";
export * from "./llama/llama_inputs.ts";
export * from "./llama/llama_layout.ts";
export * from "./llama/llama_model.ts";
export * from "./llama/lower_layers.ts";
export * from "./llama/upper_layers.ts";
export * from "./llama/llama_sequence.ts";
export * from "./llama/rotary_frequencies.ts";
export * from "./t5/t5_config.ts";
export * from "./t5/t5_decoder.ts";
export * from "./t5/t5_forward.ts";
export * from "./t5/t5_inputs.ts";
export * from "./t5/t5_layout.ts";
export * from "./t5/t5_model.ts";
export * from "./t5/relative_buckets.ts";
