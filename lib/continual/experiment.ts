/** What is compared: methods, seeds, and the model and tasks they meet. @module */
import type { LanguageModel } from "../models/language_model.ts";
import type { Run } from "../results/run_reader.ts";
import type { EncodedSuite } from "../tasks/encoded_suite.ts";
import { gorp } from "./methods/gorp.ts";
import { type GorpOptions, type Profile, PROFILES, type Variant, VARIANTS } from "./methods/gorp_options.ts";
import type { Method } from "./method.ts";
import { type PerformOptions, performRun } from "./perform_run.ts";
import type { RunEvent, TrainingOptions } from "./run_sequence.ts";

/** A model, tasks and a way of training: everything but method and seed. */
export interface Experiment {
  readonly model: LanguageModel;
  readonly training: TrainingOptions;
  /** The tasks of a seed, tokenized; the same object for the same seed. */
  suite(seed: number): EncodedSuite;
}

/** Which rows an ablation has. */
export interface AblationChoice {
  /** Default: all four. */
  readonly variants?: readonly Variant[];
  /**
   * Default: the variants in `aligned`, and B+L+S in `covariance` as one more row. `all`: the variants in every
   * profile, B once, since it is the same in all.
   */
  readonly profile?: Profile | "all";
  /** Options of GORP that replace those of every profile. */
  readonly options?: Partial<GorpOptions>;
}

/** The rows of an ablation, B first. */
export function ablationMethods(choice: AblationChoice = {}): Method[] {
  const { variants = VARIANTS, profile, options } = choice;
  const chosen = VARIANTS.filter((variant) => variants.includes(variant));
  const row = (profile: Profile, variant: Variant) => gorp({ profile, variant, options });
  if (profile === "all") {
    const ordered: Profile[] = ["aligned", ...PROFILES.filter((other) => other !== "aligned")];
    return ordered.flatMap((each) =>
      chosen.filter((variant) => variant !== "B" || each === "aligned").map((variant) => row(each, variant))
    );
  }
  const rows = chosen.map((variant) => row(variant === "B" ? "aligned" : profile ?? "aligned", variant));
  const extra = profile === undefined && chosen.includes("B+L+S") ? [row("covariance", "B+L+S")] : [];
  return [...rows, ...extra];
}

/** How a comparison is carried out. */
export interface ComparisonOptions extends Omit<PerformOptions, "onEvent"> {
  readonly seeds: readonly number[];
  /** Told which run begins, and whether it was there already. */
  readonly onRun?: (run: ComparedRun) => void;
  readonly onEvent?: (run: ComparedRun, event: RunEvent) => void;
}

/** A run's place in a comparison. */
export interface ComparedRun {
  readonly method: Method;
  readonly seed: number;
  /** From 0. */
  readonly index: number;
  /** Set when the run is over. */
  readonly done?: { readonly run: Run; readonly reused: boolean };
}

/**
 * Carries out every method with every seed, seeds outermost, so that after each seed all rows can be compared.
 *
 * @throws {DOMException} `AbortError` when the signal stopped it: finished runs stay and are reused
 */
export async function compare(
  experiment: Experiment,
  methods: readonly Method[],
  options: ComparisonOptions,
): Promise<Run[]> {
  const { seeds, onRun, onEvent, ...perform } = options;
  const runs: Run[] = [];
  for (const seed of seeds) {
    const suite = experiment.suite(seed);
    for (const method of methods) {
      const compared = { method, seed, index: runs.length };
      onRun?.(compared);
      const plan = { model: experiment.model, suite, method, training: experiment.training, seed };
      const done = await performRun(plan, { ...perform, onEvent: (event) => onEvent?.(compared, event) });
      onRun?.({ ...compared, done });
      runs.push(done.run);
    }
  }
  return runs;
}
