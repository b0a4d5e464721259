/** From the options of a command to an experiment. @module */
import { hasBaseModel } from "../continual/base_folder.ts";
import { textRecipe } from "../continual/base_recipe.ts";
import { EMBEDDED_FACTORS, embeddedExperiment } from "../continual/embedded_experiment.ts";
import type { Experiment } from "../continual/experiment.ts";
import type { TextTasks } from "../continual/experiment_source.ts";
import type { GorpOptions } from "../continual/methods/gorp_options.ts";
import {
  PRETRAINED_OPTIONS,
  type PretrainedExperiment,
  pretrainedExperiment,
  type PretrainedSettings,
} from "../continual/pretrained_experiment.ts";
import type { TrainingOptions } from "../continual/training_options.ts";
import { MAXIMUM_SOURCE, TEXT_OPTIONS, textExperiment, textTasks } from "../continual/text_experiment.ts";
import type { Gpu } from "../gpu/gpu.ts";
import { loadTokenizer } from "../text/load_tokenizer.ts";
import { WordTokenizer } from "../text/word_tokenizer.ts";
import { auditBenchmark, auditTable, storeAudit } from "./audit_table.ts";
import { makeBaseModel } from "./make_base_model.ts";
import type { Options } from "./options.ts";
import { UsageError } from "./usage_error.ts";

/** An experiment and what its readers should know. */
export interface OpenedExperiment {
  readonly experiment: Experiment;
  readonly notes: readonly string[];
  /** Options of GORP that suit the model. */
  readonly methodOptions: Partial<GorpOptions>;
  /** Options of other methods that suit the model, by their names. */
  readonly rivalOptions: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** How many seeds are run unless the user says so. */
  readonly seeds: number;
}

/** Settings of training, and of an experiment with a pre-trained model. */
export interface ExperimentSettings {
  readonly training: Partial<TrainingOptions>;
  readonly amounts: Partial<PretrainedSettings>;
  readonly texts: Pick<TextTasks, "unknownLabels" | "truncation">;
  readonly signal: AbortSignal;
}

const QUICK_NOTE = "Quick settings: too few steps, rows and seeds for any conclusion.";
const FOR_PRETRAINED = "for pre-trained models: it needs --model DIR and --data DIR";
const TEXT_NOTE =
  "This size is not enough for conclusions: the base model is a T5 of 0.5 million weights, trained for minutes on the " +
  "benchmark's own texts. The table shows that training on real texts works, not how the methods compare.";

/**
 * The embedded experiment, or with `--data` one on real texts, whose base model is made first where no `--model`
 * is named and none was made before.
 *
 * @throws {UsageError} for options that do not go together
 */
export async function openExperiment(
  gpu: Gpu,
  options: Options,
  more: ExperimentSettings,
): Promise<OpenedExperiment> {
  const { data, tasks, order, suite, quick, out } = options;
  const { training, amounts, texts, signal } = more;
  const seeds = quick ? 1 : 3;
  const notes = quick ? [QUICK_NOTE] : [];
  if (data === undefined) {
    if (tasks || order) throw new UsageError("--tasks and --order need --data DIR beside them.");
    refuseSettings(amounts, FOR_PRETRAINED);
    refuseSettings(texts, "for real texts: it needs --data DIR");
    const experiment = embeddedExperiment(gpu, { suite, model: options.model, quick, training });
    return { experiment, notes, methodOptions: {}, rivalOptions: EMBEDDED_FACTORS, seeds };
  }
  if ((tasks === undefined) === (order === undefined)) {
    throw new UsageError(
      "--data needs either --tasks A,B,… in their order or --order N, a published one, beside it.",
    );
  }
  if (suite) {
    throw new UsageError("--suite names an embedded suite; with --data, name --tasks or an --order.");
  }
  const chosen = { data, tasks, order, quick, ...texts };
  let model = options.model;
  if (model !== undefined && !(await isOwnModel(model))) {
    await showAudit(chosen, { out, model, maximumSource: amounts.maximumSource });
    const choice = { ...chosen, model, training, settings: amounts };
    const experiment = await pretrainedExperiment(gpu, choice);
    const methodOptions = PRETRAINED_OPTIONS;
    const told = [...notes, pretrainedNote(experiment)];
    return { experiment, notes: told, methodOptions, rivalOptions: {}, seeds: 1 };
  }
  refuseSettings(amounts, FOR_PRETRAINED);
  if (model === undefined) {
    const { tasks } = (await textTasks({ ...chosen, quick: false })).suite(1);
    const recipe = textRecipe(tasks, { steps: quick ? 30 : undefined });
    model = `${out}/${recipe.name}`;
    if (!hasBaseModel(model)) await makeBaseModel(gpu, recipe, model, signal);
  }
  await showAudit(chosen, { out, model, maximumSource: MAXIMUM_SOURCE });
  const experiment = await textExperiment(gpu, { ...chosen, model, training });
  return { experiment, notes: [...notes, TEXT_NOTE], methodOptions: TEXT_OPTIONS, rivalOptions: {}, seeds };
}

/** Whether a folder holds a model that the kit trained on texts: its tokenizer is one of whole words. */
async function isOwnModel(folder: string): Promise<boolean> {
  return await loadTokenizer(folder) instanceof WordTokenizer;
}

/** Prints what is wrong with the datasets, and keeps it with the results. */
async function showAudit(
  { data, tasks, order }: TextTasks,
  { out, model, maximumSource }: {
    readonly out: string;
    readonly model: string;
    readonly maximumSource?: number;
  },
): Promise<void> {
  const tokenizer = await loadTokenizer(model);
  const audits = await auditBenchmark(data, { tasks, order }, { tokenizer, maximumSource });
  storeAudit(`${out}/audit.arrow`, audits);
  console.log(`${auditTable(audits)}\n`);
}

function refuseSettings(settings: Readonly<Record<string, unknown>>, reason: string): void {
  const [name] = Object.keys(settings);
  if (name !== undefined) throw new UsageError(`--set ${name} is ${reason}.`);
}

function pretrainedNote({ model, settings, training, suite }: PretrainedExperiment): string {
  const { trainRows, sampleTokens, trainedLayers } = settings;
  const layers = model.architecture === "llama" ? `, the upper ${trainedLayers} layers` : "";
  const tested = Math.max(...suite(1).tasks.map(({ test }) => test.size));
  return `Fine-tuned on at most ${trainRows} rows a task${layers}, ${training.steps} steps of ` +
    `${training.batchSize}; texts cut to ${sampleTokens} tokens; tested on at most ${tested} rows a task, so that ` +
    `one standard error of an accuracy is up to ${(50 / Math.sqrt(tested)).toFixed(1)} points.`;
}
