/** A run small enough for tests. @module */
import type { Method } from "../../lib/continual/method.ts";
import { gorp, type GorpChoice } from "../../lib/continual/methods/gorp.ts";
import type { SequencePlan } from "../../lib/continual/sequence_state.ts";
import type { TrainingOptions } from "../../lib/continual/training_options.ts";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import type { LanguageModel } from "../../lib/models/language_model.ts";
import type { T5Model } from "../../lib/models/t5/t5_model.ts";
import { embeddedSuite } from "../../lib/tasks/embedded_suite.ts";
import { EMBEDDED_VOCABULARY_SIZE, embeddedTokenizer } from "../../lib/tasks/embedded_tokenizer.ts";
import { type EncodedSuite, encodeSuite } from "../../lib/tasks/encoded_suite.ts";
import { tinyT5 } from "../models/tiny_t5.ts";

/** Three tasks of forty rows. */
export function tinySuite(tasks = 3): EncodedSuite {
  const suite = embeddedSuite("conflict", { tasks, trainRows: 40, devRows: 1, testRows: 20 });
  return encodeSuite(suite, embeddedTokenizer());
}

/** A tiny T5 with the vocabulary of the embedded suites. */
export function tinyModel(gpu: Gpu, seed = 1): T5Model {
  return tinyT5(gpu, seed, { vocabularySize: EMBEDDED_VOCABULARY_SIZE });
}

/** LoRA of rank 2, at a rate at which something is learned. */
export const TINY_LORA = { loraRank: 2, loraAlpha: 4, loraLearningRate: 0.01 };

/** A plan for a tiny run of a method, or of a small form of GORP. */
export function tinyPlan(
  model: LanguageModel,
  choice: GorpChoice | Method = {},
  options: { readonly seed?: number; readonly tasks?: number; readonly training?: Partial<TrainingOptions> } =
    {},
): SequencePlan {
  const sizes = { ...TINY_LORA, projectionRank: 2, refreshEvery: 5 };
  const method = "lora" in choice ? choice : gorp({ ...choice, options: { ...sizes, ...choice.options } });
  return {
    model,
    suite: tinySuite(options.tasks),
    method,
    training: { steps: 12, batchSize: 8, ...options.training },
    seed: options.seed ?? 1,
  };
}
