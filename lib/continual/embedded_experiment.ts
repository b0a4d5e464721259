/** The default experiment: the embedded model on an embedded suite. @module */
import { fileURLToPath } from "node:url";
import type { Gpu } from "../gpu/gpu.ts";
import { loadModel } from "../models/load_model.ts";
import { embeddedSuite } from "../tasks/embedded_suite.ts";
import type { EmbeddedSuiteOptions } from "../tasks/embedded_suite_options.ts";
import { embeddedTokenizer } from "../tasks/embedded_tokenizer.ts";
import { encodeSuite } from "../tasks/encoded_suite.ts";
import { displayedExperiment, type Experiment, suitesBySeed } from "./experiment.ts";
import type { EmbeddedExperimentOptions } from "./experiment_source.ts";

/**
 * Factors of rivals' penalties on the embedded model, by method: those of a pre-study of this suite in PyTorch, not searched
 * for. The published ones are for models with many more and wider layers, over which penalties sum.
 */
export const EMBEDDED_FACTORS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "o-lora": { lambda1: 0.1 },
  "n-lora": { lambda: 0.01 },
};

/** Where the shipped base model lies. */
export const EMBEDDED_MODEL: string = fileURLToPath(new URL("../../data/embedded-t5", import.meta.url));

const FULL = { training: { steps: 200, batchSize: 16 }, data: {} };
const QUICK = {
  training: { steps: 60, batchSize: 16 },
  data: { tasks: 3, trainRows: 600, devRows: 100, testRows: 100 } satisfies EmbeddedSuiteOptions,
};

/**
 * The recipe of the default experiment: 4 tasks, 200 steps of 16 rows each; a seed redraws tasks and rows.
 *
 * @throws {Error} when the model's folder is missing or damaged
 * @throws {RangeError} for an unknown suite
 *
 * @example One run
 * ```ts ignore
 * import { embeddedExperiment, gorp, openGpu, performRun } from "gorp";
 * using gpu = await openGpu();
 * const { model, suite, training } = embeddedExperiment(gpu, { quick: true });
 * const { run } = await performRun({ model, suite: suite(1), method: gorp(), training, seed: 1 });
 * console.log(run.accuracyMatrix());
 * ```
 */
export function embeddedExperiment(gpu: Gpu, options: EmbeddedExperimentOptions = {}): Experiment {
  const { suite: name = "conflict", model: folder = EMBEDDED_MODEL, quick = false } = options;
  const { training, data } = quick ? QUICK : FULL;
  const tokenizer = embeddedTokenizer();
  const suite = suitesBySeed((seed) => encodeSuite(embeddedSuite(name, { seed, ...data }), tokenizer));
  suite(1); // an unknown suite is told before anything is loaded
  return displayedExperiment({
    source: { kind: "embedded", options },
    model: loadModel(gpu, folder),
    training: { ...training, ...options.training },
    suite,
  });
}
