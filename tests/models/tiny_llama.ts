/** A LLaMA model small enough for tests. @module */
import type { Gpu } from "../../lib/gpu/gpu.ts";
import type { LlamaConfig } from "../../lib/models/llama/llama_config.ts";
import { createLlama, type LlamaModel } from "../../lib/models/llama/llama_model.ts";
import type { RotaryOptions } from "../../lib/models/llama/rotary_frequencies.ts";
import { Random } from "../../lib/tensor/random.ts";

/** Two layers, 12 wide, three heads of four on one of keys. */
export const TINY_LLAMA: LlamaConfig = {
  vocabularySize: 33,
  width: 12,
  layers: 2,
  heads: 3,
  keyHeads: 1,
  headWidth: 4,
  feedForwardWidth: 14,
  eps: 1e-5,
  rotary: { theta: 100, scaling: null },
  tied: false,
  padId: 0,
  bosId: 1,
  eosIds: [2],
  deviation: 0.3,
};

/** Frequencies stretched as in LLaMA 3.1. */
export const STRETCHED: RotaryOptions = {
  theta: 50,
  scaling: {
    type: "llama3",
    factor: 4,
    lowFrequencyFactor: 1,
    highFrequencyFactor: 4,
    originalPositions: 16,
  },
};

/** The model with fresh weights of a seed. */
export function tinyLlama(gpu: Gpu, seed: number, changes: Partial<LlamaConfig> = {}): LlamaModel {
  return createLlama(gpu, { ...TINY_LLAMA, ...changes }, { random: new Random(seed), name: "tiny" });
}
