/** The experiment on real texts: a small base model and tasks of the text benchmark. @module */
import type { Gpu } from "../gpu/gpu.ts";
import { loadT5 } from "../models/t5/t5_model.ts";
import { type ClBenchmarkOptions, loadClBenchmark } from "../tasks/cl_benchmark.ts";
import { type EncodedSuite, encodeSuite } from "../tasks/encoded_suite.ts";
import type { Suite } from "../tasks/suite.ts";
import { loadWordTokenizer } from "../text/tokenizer_file.ts";
import type { Experiment } from "./experiment.ts";
import type { GorpOptions } from "./methods/gorp_options.ts";
import type { TrainingOptions } from "./run_sequence.ts";

/**
 * The settings of GORP for the small text model. At this size LoRA on queries and values alone learns nothing:
 * the pairs sit on every linear layer but the ones trained at full rank.
 */
export const TEXT_OPTIONS: Partial<GorpOptions> = {
  loraTargets: String.raw`.*\.(SelfAttention\.[qkvo]|EncDecAttention\.[ko]|DenseReluDense\.w[io])`,
};

const FULL = { training: { steps: 250, batchSize: 16 }, rows: { trainRows: 2000, testRows: 300 } };
const QUICK = { training: { steps: 20, batchSize: 8 }, rows: { trainRows: 200, testRows: 50 } };

/** Longest prompt in tokens; longer samples are cut, the rest of the prompt stays whole. */
const MAXIMUM_SOURCE = 96;

/** Options of {@linkcode textExperiment}. */
export interface TextExperimentOptions {
  /** Folder of the base model with its tokenizer. */
  readonly model: string;
  readonly quick?: boolean;
  readonly training?: Partial<TrainingOptions>;
}

/** The tasks that a base model for real texts is trained on, and that runs of seed 1 learn. */
export function textTasks(
  folder: string,
  choice: Pick<ClBenchmarkOptions, "tasks" | "order">,
): Promise<Suite> {
  return loadClBenchmark(folder, { ...choice, ...FULL.rows });
}

/**
 * Tasks of a benchmark folder for a model that {@linkcode textRecipe} made. A seed redraws which rows are trained
 * on; test rows stay the same.
 *
 * @throws {Error} when the model's folder is missing or damaged
 */
export async function textExperiment(
  gpu: Gpu,
  suite: Suite,
  options: TextExperimentOptions,
): Promise<Experiment> {
  const { training, rows } = options.quick ? QUICK : FULL;
  const tokenizer = await loadWordTokenizer(options.model);
  const { trainRows, testRows } = rows;
  const tasks = suite.tasks.map((task) => ({
    ...task,
    train: task.train.slice(0, trainRows),
    test: task.test.slice(0, testRows),
  }));
  const encoded: EncodedSuite = encodeSuite({ ...suite, tasks }, tokenizer, {
    maximumSource: MAXIMUM_SOURCE,
  });
  return {
    model: loadT5(gpu, options.model),
    training: { ...training, ...options.training },
    suite: () => encoded,
  };
}
