/** The experiment on real texts: a small base model and tasks of the text benchmark. @module */
import type { Gpu } from "../gpu/gpu.ts";
import { loadModel } from "../models/load_model.ts";
import { type ClBenchmark, openClBenchmark } from "../tasks/cl_benchmark.ts";
import { encodeSuite } from "../tasks/encoded_suite.ts";
import { loadWordTokenizer } from "../text/tokenizer_file.ts";
import { displayedExperiment, type Experiment, suitesBySeed } from "./experiment.ts";
import type { TextExperimentOptions, TextTasks } from "./experiment_source.ts";
import type { GorpOptions } from "./methods/gorp_options.ts";

/**
 * The settings of GORP for the small text model. At this size LoRA on queries and values alone learns nothing:
 * the pairs sit on every linear layer but the ones trained at full rank. Learning rates and rows a step were chosen for
 * B on dbpedia alone, where 250 steps of 64 rows end at 63 %, at a rate of 1e-3 at 53 %, of 16 rows at 13 %.
 */
export const TEXT_OPTIONS: Partial<GorpOptions> = {
  loraTargets: String.raw`.*\.(SelfAttention\.[qkvo]|EncDecAttention\.[ko]|DenseReluDense\.w[io])`,
  loraLearningRate: 2e-3,
  fullRankLearningRate: 2e-3,
};

const FULL = { training: { steps: 250, batchSize: 64 }, rows: { trainRows: 2000, testRows: 300 } };
const QUICK = { training: { steps: 20, batchSize: 8 }, rows: { trainRows: 200, testRows: 50 } };

/** Longest prompt in tokens; longer samples are cut, the rest of the prompt stays whole. */
export const MAXIMUM_SOURCE = 96;

/** The datasets of the experiment, from which each seed draws its rows. */
export function textTasks({ data, quick = false, ...choice }: TextTasks): Promise<ClBenchmark> {
  return openClBenchmark(data, { ...choice, ...(quick ? QUICK : FULL).rows });
}

/**
 * Tasks of a benchmark folder for a model that {@linkcode textRecipe} made. A seed redraws which rows are trained
 * on; test rows stay the same.
 *
 * @throws {Error} when a folder is missing or damaged
 */
export async function textExperiment(gpu: Gpu, options: TextExperimentOptions): Promise<Experiment> {
  const { training } = options.quick ? QUICK : FULL;
  const benchmark = await textTasks(options);
  const tokenizer = await loadWordTokenizer(options.model);
  return displayedExperiment({
    source: { kind: "text", options },
    model: loadModel(gpu, options.model),
    training: { ...training, ...options.training },
    suite: suitesBySeed((seed) =>
      encodeSuite(benchmark.suite(seed), tokenizer, {
        maximumSource: MAXIMUM_SOURCE,
        truncation: options.truncation,
      })
    ),
  });
}
