/** Opening experiments from plain values. @module */
import type { Gpu } from "../gpu/gpu.ts";
import { embeddedExperiment } from "./embedded_experiment.ts";
import type { Experiment } from "./experiment.ts";
import type { ExperimentSource } from "./experiment_source.ts";
import { textExperiment } from "./text_experiment.ts";

/** Opens the experiment of a source. Throws what the function for its kind throws. */
export function openExperiment(gpu: Gpu, source: ExperimentSource): Promise<Experiment> {
  return source.kind === "embedded"
    ? Promise.resolve(embeddedExperiment(gpu, source.options))
    : textExperiment(gpu, source.options);
}
