/** The experiment on real texts with a model that was trained elsewhere. @module */
import type { Gpu } from "../gpu/gpu.ts";
import type { LanguageModel } from "../models/language_model.ts";
import { UpperLayers } from "../models/llama/upper_layers.ts";
import { loadModel } from "../models/load_model.ts";
import { openClBenchmark } from "../tasks/cl_benchmark.ts";
import { encodeSuite } from "../tasks/encoded_suite.ts";
import { decoderOnlyForm, encoderDecoderForm } from "../tasks/row_form.ts";
import { loadTokenizer, requireFittingVocabulary } from "../text/load_tokenizer.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import { displayedExperiment, type Experiment, suitesBySeed } from "./experiment.ts";
import type { TextTasks } from "./experiment_source.ts";
import type { GorpOptions } from "./methods/gorp_options.ts";
import type { TrainingOptions } from "./training_options.ts";

/** Rates with which a pre-trained model learns something in some tens of steps; published ones are for thousands. */
export const PRETRAINED_OPTIONS: Partial<GorpOptions> = {
  loraLearningRate: 4e-3,
  fullRankLearningRate: 1e-3,
};

/** How much of the benchmark and of the model takes part; chosen so that two processor cores finish in an hour. */
export interface PretrainedSettings {
  /** Rows a task is trained on. */
  readonly trainRows: number;
  /** Tokens of a sample's text that its prompt keeps. */
  readonly sampleTokens: number;
  /** Longest prompt in tokens, its fixed parts included. */
  readonly maximumSource: number;
  /** Layers of a decoder-only model, from the top, in which weights are trained. */
  readonly trainedLayers: number;
  /** How frozen weights are kept: in float32, or packed in float16, in half the memory. */
  readonly weights: "f32" | "f16";
}

/** The settings that hold unless others are given. */
export const PRETRAINED_SETTINGS: PretrainedSettings = {
  trainRows: 320,
  sampleTokens: 24,
  maximumSource: 512,
  trainedLayers: 6,
  weights: "f32",
};

const FULL = { training: { steps: 80, batchSize: 8, testBatch: 20, testRows: 120 }, settings: {} };
const QUICK = {
  training: { steps: 5, batchSize: 4, testBatch: 8, testRows: 8 },
  settings: { trainRows: 20, sampleTokens: 8 },
};

/** Options of {@linkcode pretrainedExperiment}. */
export interface PretrainedExperimentOptions extends TextTasks {
  /** A Hugging Face folder with a T5 or LLaMA model and its tokenizer. */
  readonly model: string;
  readonly training?: Partial<TrainingOptions>;
  readonly settings?: Partial<PretrainedSettings>;
}

/** An experiment and how much of model and data takes part. */
export interface PretrainedExperiment extends Experiment {
  readonly settings: PretrainedSettings;
}

/**
 * Tasks of a benchmark folder for a model in a Hugging Face folder. Prompts are as published but for the length of
 * the samples' texts; each task has the lengths that its own rows need. Of a decoder-only model the lower layers stay
 * frozen, and what they make of each row is computed once.
 *
 * @throws {Error} when a folder is missing or damaged
 * @throws {RangeError} when the tokenizer has ids that the model does not know, or the model has too few layers
 */
export async function pretrainedExperiment(
  gpu: Gpu,
  options: PretrainedExperimentOptions,
): Promise<PretrainedExperiment> {
  const { data, tasks, order, unknownLabels, truncation, quick = false } = options;
  const defaults = quick ? QUICK : FULL;
  const settings = { ...PRETRAINED_SETTINGS, ...defaults.settings, ...options.settings };
  const training = { ...defaults.training, ...options.training };
  const tokenizer = await loadTokenizer(options.model);
  const { trainRows, sampleTokens, maximumSource } = settings;
  const benchmark = await openClBenchmark(data, {
    ...{ tasks, order, unknownLabels, trainRows, testRows: training.testRows },
    sampleText: (text) => beginning(text, tokenizer, sampleTokens),
  });
  const model = openModel(gpu, options.model, settings);
  requireFittingVocabulary(tokenizer, model.weights.embedding.shape[0]);
  const form = (model.architecture === "t5" ? encoderDecoderForm : decoderOnlyForm)(tokenizer);
  return displayedExperiment({
    model,
    training,
    settings,
    suite: suitesBySeed((seed) =>
      encodeSuite(benchmark.suite(seed), tokenizer, { maximumSource, truncation, form, lengthsByTask: true })
    ),
  });
}

function openModel(
  gpu: Gpu,
  folder: string,
  { trainedLayers, weights }: PretrainedSettings,
): LanguageModel {
  const model = loadModel(gpu, folder, { weights });
  return model.architecture === "llama" ? new UpperLayers(model, trainedLayers) : model;
}

/** The first tokens of a text, as text. */
function beginning(text: string, tokenizer: Tokenizer, count: number): string {
  const ids = tokenizer.encode(text);
  return ids.length <= count ? text : tokenizer.decode(ids.slice(0, count)).trim();
}
