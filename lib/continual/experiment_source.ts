/** Experiments as plain values, which pass from process to process. @module */
import type { ClBenchmarkOptions } from "../tasks/cl_benchmark.ts";
import type { Truncation } from "../tasks/fit_source.ts";
import type { TrainingOptions } from "./training_options.ts";

/** What to open an experiment from; a JSON value. */
export type ExperimentSource =
  | { readonly kind: "embedded"; readonly options: EmbeddedExperimentOptions }
  | { readonly kind: "text"; readonly options: TextExperimentOptions };

/** Options of `embeddedExperiment`. */
export interface EmbeddedExperimentOptions {
  /** `conflict` (default), `disjoint` or `relabel`. */
  readonly suite?: string;
  /** Folder of the base model; the shipped one by default. */
  readonly model?: string;
  /** A few seconds a run instead of about ten: fewer tasks, rows and steps. For trying, not for conclusions. */
  readonly quick?: boolean;
  readonly training?: Partial<TrainingOptions>;
}

/** Which tasks of which folder. */
export interface TextTasks extends Pick<ClBenchmarkOptions, "tasks" | "order" | "unknownLabels"> {
  /** A folder in the layout of the text benchmark. */
  readonly data: string;
  /** How over-long prompts are cut: in the sample's text (default), or on the right, as published. */
  readonly truncation?: Truncation;
  readonly quick?: boolean;
}

/** Options of `textExperiment`. */
export interface TextExperimentOptions extends TextTasks {
  /** Folder of the base model with its tokenizer. */
  readonly model: string;
  readonly training?: Partial<TrainingOptions>;
}
