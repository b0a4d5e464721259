/** How base models are made: the embedded one, and small ones for real texts. @module */
import type { T5Config } from "../models/t5/t5_config.ts";
import type { TokenRows } from "../models/language_model.ts";
import { configurationHash } from "../results/configuration_hash.ts";
import { collate } from "../tasks/collate.ts";
import { corruptionBatches } from "../tasks/corruption_batches.ts";
import { embeddedTokenizer } from "../tasks/embedded_tokenizer.ts";
import {
  PRETRAINING_LENGTHS,
  pretrainingBatches,
  pretrainingEvaluation,
} from "../tasks/pretraining_mixture.ts";
import type { Task } from "../tasks/task.ts";
import { taskTokenizer } from "../tasks/task_tokenizer.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import type { WordTokenizer } from "../text/word_tokenizer.ts";
import { Random } from "../tensor/random.ts";

/** A base model from scratch: its shape, its training, and the batches it sees. */
export interface BaseRecipe {
  /** Also the name of the model's folder. */
  readonly name: string;
  readonly config: T5Config;
  readonly tokenizer: WordTokenizer;
  /** What the batches are drawn from: a name, or a hash of texts and vocabulary. */
  readonly data: string;
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

/** The recipe as a JSON value, its data by their hash. */
export function recipeSettings(recipe: BaseRecipe): Record<string, unknown> {
  const { name, config, data, seed, steps, batchSize, learningRate, warmup, clip, lengths } = recipe;
  return { name, config, data, seed, steps, batchSize, learningRate, warmup, clip, lengths };
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
    name: steps === 3000 && seed === 0 ? "embedded-t5" : `embedded-t5-${steps}-steps-seed-${seed}`,
    config: baseShape(tokenizer),
    tokenizer,
    data: "embedded grammar",
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

/** Tokens of a row of pre-training on real texts. */
const TEXT_LENGTHS = { sourceLength: 64, targetLength: 24 };

/**
 * A small T5 for real texts, trained by span corruption on the training prompts of some tasks. A model of this
 * size knows little of a language: results with it show that the machinery works, and no more.
 */
export function textRecipe(
  tasks: readonly Task[],
  overrides: { readonly steps?: number; readonly seed?: number } = {},
): BaseRecipe {
  const { steps = 2000, seed = 0 } = overrides;
  const tokenizer = taskTokenizer(tasks, { size: 4000 });
  const texts = tasks.flatMap((task) => task.train.map((example) => tokenizer.encode(example.source)));
  const data = configurationHash([tokenizer.words, texts]);
  const random = new Random(seed, "pre-training on texts");
  const corrupted = (first: number, last: number, stream: Random) =>
    corruptionBatches(texts, {
      ...TEXT_LENGTHS,
      tokenizer,
      size: 32,
      firstStep: first,
      steps: last,
      random: stream,
    });
  return {
    name: `text-t5-${tasks.map((task) => task.name).join("-")}-${
      configurationHash([data, steps, seed]).slice(0, 6)
    }`,
    config: baseShape(tokenizer),
    tokenizer,
    data,
    ...{
      seed,
      steps,
      batchSize: 32,
      learningRate: 2e-3,
      warmup: Math.min(200, Math.ceil(steps / 10)),
      clip: 1,
    },
    lengths: TEXT_LENGTHS,
    batches: (firstStep) => corrupted(firstStep, steps, random),
    evaluation: () => ({}),
  };
}
