/**
 * T5, the files of models and adapters, and how their weights are laid out.
 *
 * @module
 */
export * from "./adapter.ts";
export * from "./adapter_config.ts";
export * from "./adapter_fit.ts";
export * from "./adapter_pair.ts";
export * from "./adapter_targets.ts";
export * from "./checkpoint_files.ts";
export * from "./language_model.ts";
export * from "./layout.ts";
export * from "./packed_weights.ts";
export * from "./safetensors.ts";
export * from "./target_modules.ts";
export * from "./weight_arena.ts";
export * from "./write_adapter.ts";
export * from "./t5/t5_config.ts";
export * from "./t5/t5_forward.ts";
export * from "./t5/t5_inputs.ts";
export * from "./t5/t5_layout.ts";
export * from "./t5/t5_model.ts";
export * from "./t5/relative_buckets.ts";
