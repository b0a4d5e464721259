/** How the embedded base model is made. @module */
import type { T5Config } from "../models/t5/t5_config.ts";
import type { TokenRows } from "../models/language_model.ts";
import { collate } from "../tasks/collate.ts";
import { embeddedTokenizer } from "../tasks/embedded_tokenizer.ts";
import {
  PRETRAINING_LENGTHS,
  pretrainingBatches,
  pretrainingEvaluation,
} from "../tasks/pretraining_mixture.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import { Random } from "../tensor/random.ts";

/** A base model from scratch: its shape, its training, and the batches it sees. */
export interface BaseRecipe {
  /** Also the name of the model's folder. */
  readonly name: string;
  readonly config: T5Config;
  readonly seed: number;
  readonly steps: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly warmup: number;
  readonly clip: number;
  readonly lengths: { readonly sourceLength: number; readonly targetLength: number };
  /** The batches of steps `firstStep + 1` to `steps`. */
  batches(firstStep: number): Iterable<TokenRows>;
  /** Sets of rows by which the finished model is judged, by name. */
  evaluation(): Readonly<Record<string, TokenRows>>;
}

/** The T5 shape of all base models that the kit trains: 2 + 2 layers of width 64, 4 heads, feed-forward 256. */
export function baseShape(tokenizer: Tokenizer): T5Config {
  return {
    vocabularySize: tokenizer.vocabularySize,
    width: 64,
    heads: 4,
    headWidth: 16,
    feedForwardWidth: 256,
    encoderLayers: 2,
    decoderLayers: 2,
    buckets: 16,
    maxDistance: 32,
    activation: "relu",
    tied: true,
    eps: 1e-6,
    padId: tokenizer.padId,
    eosId: tokenizer.eosId,
    decoderStartId: tokenizer.padId,
  };
}

/**
 * The model under `data/embedded-t5`: 257 k weights, 3000 steps of 64 rows of the embedded grammar.
 *
 * @param overrides other numbers of steps, for trying
 */
export function embeddedRecipe(
  overrides: { readonly steps?: number; readonly seed?: number } = {},
): BaseRecipe {
  const { steps = 3000, seed = 0 } = overrides;
  const tokenizer = embeddedTokenizer();
  const lengths = PRETRAINING_LENGTHS;
  const random = new Random(seed, "pre-training");
  const rows = (examples: Parameters<typeof collate>[0]) => collate(examples, tokenizer, lengths);
  return {
    name: "embedded-t5",
    config: baseShape(tokenizer),
    ...{
      seed,
      steps,
      batchSize: 64,
      learningRate: 2e-3,
      warmup: Math.min(200, Math.ceil(steps / 10)),
      clip: 1,
    },
    lengths,
    *batches(firstStep) {
      for (const examples of pretrainingBatches(random, { size: 64, steps, firstStep })) yield rows(examples);
    },
    evaluation() {
      const sets = pretrainingEvaluation(random.fork("evaluation"));
      return Object.fromEntries(Object.entries(sets).map(([kind, examples]) => [kind, rows(examples)]));
    },
  };
}
