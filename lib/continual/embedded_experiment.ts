/** The default experiment: the embedded model on an embedded suite. @module */
import { fileURLToPath } from "node:url";
import type { Gpu } from "../gpu/gpu.ts";
import { loadT5 } from "../models/t5/t5_model.ts";
import { embeddedSuite } from "../tasks/embedded_suite.ts";
import type { EmbeddedSuiteOptions } from "../tasks/embedded_suite_options.ts";
import { embeddedTokenizer } from "../tasks/embedded_tokenizer.ts";
import { type EncodedSuite, encodeSuite } from "../tasks/encoded_suite.ts";
import type { Experiment } from "./experiment.ts";
import type { TrainingOptions } from "./run_sequence.ts";

/** Options of {@linkcode embeddedExperiment}. */
export interface EmbeddedExperimentOptions {
  /** `conflict` (default), `disjoint` or `relabel`. */
  readonly suite?: string;
  /** Folder of the base model; the shipped one by default. */
  readonly model?: string;
  /** A few seconds a run instead of about ten: fewer tasks, rows and steps. For trying, not for conclusions. */
  readonly quick?: boolean;
  readonly training?: Partial<TrainingOptions>;
}

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
  const suites = new Map<number, EncodedSuite>();
  const suite = (seed: number) => {
    let found = suites.get(seed);
    if (!found) suites.set(seed, found = encodeSuite(embeddedSuite(name, { seed, ...data }), tokenizer));
    return found;
  };
  suite(1); // an unknown suite is told before anything is loaded
  return { model: loadT5(gpu, folder), training: { ...training, ...options.training }, suite };
}
