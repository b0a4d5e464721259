/**
 * Layers with trainable parts.
 *
 * @module
 */
export * from "./lora_pairs.ts";
export * from "./lora_linear.ts";
