/**
 * Layers with trainable parts.
 *
 * @module
 */
export * from "./lora_pairs.ts";
