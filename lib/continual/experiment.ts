/** A model, tasks and a way of training: everything but method and seed. @module */
import { displayed, escapeHtml } from "../display/rich_display.ts";
import type { LanguageModel } from "../models/language_model.ts";
import type { EncodedSuite } from "../tasks/encoded_suite.ts";
import { suiteDisplay } from "../tasks/suite_display.ts";
import type { ExperimentSource } from "./experiment_source.ts";
import type { Method } from "./method.ts";
import type { SequencePlan } from "./sequence_state.ts";
import type { TrainingOptions } from "./training_options.ts";

/** What methods are tried on. */
export interface Experiment {
  readonly model: LanguageModel;
  readonly training: TrainingOptions;
  /** The tasks of a seed, tokenized; the same object for the same seed. */
  suite(seed: number): EncodedSuite;
  /** From what another process or thread can open the same experiment; without it, its runs stay in this one. */
  readonly source?: ExperimentSource;
}

/** Lets an experiment show its model, its recipe and the tasks of seed 1. */
export function displayedExperiment<Kind extends Experiment>(experiment: Kind): Kind {
  return displayed(experiment, ({ model, training, suite }) => {
    const { suite: tasks } = suite(1);
    const forms = suiteDisplay(tasks);
    const heading =
      `Experiment on "${model.name}": ${training.steps} steps of ${training.batchSize} rows a task`;
    return {
      "text/plain": `${heading}\nwith seed 1: ${forms["text/plain"]}`,
      "text/html": `<div><b>${escapeHtml(heading)}</b><br>with seed 1:${forms["text/html"]}</div>`,
    };
  });
}

/** The run of one method with one seed. */
export function planOf(experiment: Experiment, method: Method, seed: number): SequencePlan {
  const { model, training, source } = experiment;
  return { model, suite: experiment.suite(seed), method, training, seed, source };
}

/** Keeps the tasks of each seed once they are made. */
export function suitesBySeed(make: (seed: number) => EncodedSuite): (seed: number) => EncodedSuite {
  const suites = new Map<number, EncodedSuite>();
  return (seed) => {
    const suite = suites.get(seed) ?? make(seed);
    suites.set(seed, suite);
    return suite;
  };
}
