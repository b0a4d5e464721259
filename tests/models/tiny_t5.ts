/** A T5 model small enough for tests. @module */
import type { Gpu } from "../../lib/gpu/gpu.ts";
import type { T5Config } from "../../lib/models/t5/t5_config.ts";
import { createT5, type T5Model } from "../../lib/models/t5/t5_model.ts";
import { Random } from "../../lib/tensor/random.ts";

/** Two layers in all, 12 wide, two heads of four. */
export const TINY_T5: T5Config = {
  vocabularySize: 40,
  width: 12,
  heads: 2,
  headWidth: 4,
  feedForwardWidth: 16,
  encoderLayers: 1,
  decoderLayers: 1,
  buckets: 8,
  maxDistance: 20,
  activation: "relu",
  tied: true,
  eps: 1e-6,
  padId: 0,
  eosId: 1,
  decoderStartId: 0,
};

/** The model with fresh weights of a seed. */
export function tinyT5(gpu: Gpu, seed: number, changes: Partial<T5Config> = {}): T5Model {
  return createT5(gpu, { ...TINY_T5, ...changes }, { random: new Random(seed), name: "tiny" });
}
