/** What several runs of one method variant have in common. @module */
import type { AccuracyMatrix } from "./accuracy_matrix.ts";
import {
  averagePerformance,
  backwardTransfer,
  forgetting,
  sampleWeightedAveragePerformance,
} from "./metrics.ts";
import type { Run } from "./run.ts";
import { estimate, type IntervalOptions, mean, pairedDifference } from "./statistics.ts";

/** A metric over several runs; all null where it is not defined for any of them. */
export interface MetricSummary {
  /** The arithmetic mean. */
  readonly mean: number | null;
  /** null for fewer than two runs, as the bounds. */
  readonly standardError: number | null;
  /** The lower bound of the interval. */
  readonly low: number | null;
  /** The upper bound of the interval. */
  readonly high: number | null;
}

/** One row of a summary: the runs of one label, which differ in their seed. Accuracies are fractions. */
export interface VariantSummary {
  /** As in {@linkcode RunRecord}. */
  readonly label: string;
  /** As in {@linkcode RunRecord}. */
  readonly variant: string;
  /** As in {@linkcode RunRecord}. */
  readonly profile: string;
  /** Mean accuracy after the last task. */
  readonly averagePerformance: MetricSummary;
  /** The same with each task weighted by its number of test examples. */
  readonly sampleWeightedAveragePerformance: MetricSummary;
  /** Change of earlier tasks' accuracy by later ones. */
  readonly backwardTransfer: MetricSummary;
  /** Fall of tasks' accuracy from its best. */
  readonly forgetting: MetricSummary;
  /** Weights that one task trains, from the metric "trainedWeights". */
  readonly trainedWeights: number | null;
  /** Optimizer steps of one run: the mean number of rows of the metric "loss". */
  readonly steps: number | null;
  /** Duration of one run in seconds: the mean sum of the metric "seconds". */
  readonly seconds: number | null;
  /** Average performance where only the labels of each task may be said; null where it was not measured. */
  readonly amongLabels: MetricSummary;
}

/** How much better one label is than another, in average performance under the same seeds. */
export interface Comparison {
  /** The label that is compared. */
  readonly label: string;
  /** The label it is compared with. */
  readonly against: string;
  /** A fraction; null bounds where there are fewer than two pairs. */
  readonly difference: { readonly mean: number; readonly low: number | null; readonly high: number | null };
}

const NOT_DEFINED: MetricSummary = { mean: null, standardError: null, low: null, high: null };

/** Summarizes runs of one label. Runs without a result do not count in an average. */
export function summarizeVariant(runs: readonly Run[], options: IntervalOptions = {}): VariantSummary {
  const { label, variant, profile } = runs[0].record;
  type Metric = (a: AccuracyMatrix, samples: readonly number[]) => number | null;
  const over = (metric: Metric, matrixOf = (run: Run) => run.accuracyMatrix()): MetricSummary => {
    const values = measured(
      runs.map((run) => run.taskCount === 0 ? null : metric(matrixOf(run), run.sampleCounts())),
    );
    return values.length === 0 ? NOT_DEFINED : estimate(values, options);
  };
  return {
    label,
    variant,
    profile,
    averagePerformance: over(averagePerformance),
    sampleWeightedAveragePerformance: over(
      sampleWeightedAveragePerformance,
    ),
    backwardTransfer: over(backwardTransfer),
    forgetting: over(forgetting),
    trainedWeights: meanOrNull(runs.map((run) => run.metrics("trainedWeights").at(-1)?.value ?? null)),
    steps: meanOrNull(runs.map((run) => run.metrics("loss").length || null)),
    seconds: meanOrNull(runs.map((run) => {
      const rows = run.metrics("seconds");
      return rows.length === 0 ? null : rows.reduce((sum, row) => sum + row.value, 0);
    })),
    amongLabels: over(averagePerformance, (run) => run.taskScores("accuracyAmongLabels")),
  };
}

/**
 * Compares runs of one label with those of another, paired by suite, model and seed; null without any pair.
 */
export function compareVariants(
  runs: readonly Run[],
  others: readonly Run[],
  options: IntervalOptions = {},
): Comparison | null {
  const performances = new Map(others.map((run) => [pairKey(run), performanceOf(run)]));
  const pairs = runs.map((run) => [performanceOf(run), performances.get(pairKey(run)) ?? null])
    .filter((pair): pair is [number, number] => pair[0] !== null && pair[1] !== null);
  if (pairs.length === 0) return null;
  const { mean, low, high } = pairedDifference(pairs.map(([a]) => a), pairs.map(([, b]) => b), options);
  return { label: runs[0].record.label, against: others[0].record.label, difference: { mean, low, high } };
}

/** The average performance of one run; null where it was not measured. */
export function performanceOf(run: Run): number | null {
  return run.taskCount === 0 ? null : averagePerformance(run.accuracyMatrix());
}

/** What two runs must share to be compared as a pair. */
export function pairKey({ record: { suite, model, seed } }: Run): string {
  return JSON.stringify([suite, model, seed]);
}

function measured(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null);
}

function meanOrNull(values: readonly (number | null)[]): number | null {
  const found = measured(values);
  return found.length === 0 ? null : mean(found);
}
