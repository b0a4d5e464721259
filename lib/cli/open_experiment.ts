/** From the options of a command to an experiment. @module */
import { hasBaseModel } from "../continual/base_folder.ts";
import { textRecipe } from "../continual/base_recipe.ts";
import { embeddedExperiment } from "../continual/embedded_experiment.ts";
import type { Experiment } from "../continual/experiment.ts";
import type { TrainingOptions } from "../continual/training_options.ts";
import { textExperiment, textTasks } from "../continual/text_experiment.ts";
import type { Gpu } from "../gpu/gpu.ts";
import { makeBaseModel } from "./make_base_model.ts";
import type { Options } from "./options.ts";
import { UsageError } from "./usage_error.ts";

/** An experiment and what its readers should know. */
export interface OpenedExperiment {
  readonly experiment: Experiment;
  readonly notes: readonly string[];
}

const QUICK_NOTE = "Quick settings: too few steps, rows and seeds for any conclusion.";
const TEXT_NOTE =
  "The base model is a T5 of 0.5 million weights trained for minutes on the benchmark's own texts: what this " +
  "table shows is that training on real texts works, not how the methods compare on a real language model.";

/**
 * The embedded experiment, or with `--data` one on real texts, whose base model is made first where no `--model`
 * is named and none was made before.
 *
 * @throws {UsageError} for options that do not go together
 */
export async function openExperiment(
  gpu: Gpu,
  options: Options,
  more: { readonly training: Partial<TrainingOptions>; readonly signal: AbortSignal },
): Promise<OpenedExperiment> {
  const { data, tasks, order, suite, quick, out } = options;
  const { training, signal } = more;
  const notes = quick ? [QUICK_NOTE] : [];
  if (data === undefined) {
    if (tasks || order) throw new UsageError("--tasks and --order need --data DIR beside them.");
    return { experiment: embeddedExperiment(gpu, { suite, model: options.model, quick, training }), notes };
  }
  if (suite) {
    throw new UsageError("--suite names an embedded suite; with --data, name --tasks or an --order.");
  }
  let model = options.model;
  if (model === undefined) {
    const chosen = (await textTasks({ data, tasks, order })).suite(1);
    const recipe = textRecipe(chosen.tasks, { steps: quick ? 30 : undefined });
    model = `${out}/${recipe.name}`;
    if (!hasBaseModel(model)) await makeBaseModel(gpu, recipe, model, signal);
  }
  const experiment = await textExperiment(gpu, { data, tasks, order, model, quick, training });
  return { experiment, notes: [...notes, TEXT_NOTE] };
}
