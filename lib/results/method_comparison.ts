/** Methods beside each other, and what each was given to learn with. @module */
import type { Run } from "./run.ts";
import type { Summary } from "./summary.ts";
import type { MetricSummary, VariantSummary } from "./variant_summary.ts";

/** What one run of a method was given, and took: means over its runs, null where it was not measured. */
export interface Budget {
  /** Optimizer steps. */
  readonly steps: number | null;
  /** Tokens that were trained on, prompts and answers, padding included. */
  readonly tokens: number | null;
  /** Weights that one task trains. */
  readonly trainedWeights: number | null;
  /** Duration, testing included; of runs side by side. */
  readonly seconds: number | null;
}

/** One method of a comparison. Accuracies are fractions. */
export interface MethodSummary {
  /** Such as "O-LoRA". */
  readonly method: string;
  /** Such as "covariance", or "published" where there is one form only. */
  readonly profile: string;
  /** The name in tables, to which comparisons refer. */
  readonly label: string;
  readonly averagePerformance: MetricSummary;
  readonly backwardTransfer: MetricSummary;
  readonly forgetting: MetricSummary;
  readonly budget: Budget;
}

/** What `compare --json` writes; `comparisons` are those of every other method with the first. */
export interface MethodComparison
  extends Pick<Summary, "suite" | "model" | "seeds" | "device" | "comparisons" | "runs"> {
  readonly methods: readonly MethodSummary[];
}

/**
 * Methods with their budgets.
 *
 * @param summary of the runs
 * @param tokensPerStep of all rows of a step, padding included
 */
export function methodComparison(
  runs: readonly Run[],
  summary: Summary,
  tokensPerStep: number,
): MethodComparison {
  const methods = new Map(runs.map(({ record: { label, method } }) => [label, method]));
  const { suite, model, seeds, device, comparisons, variants } = summary;
  return {
    ...{ suite, model, seeds, device },
    methods: variants.map((row) => ({
      method: methods.get(row.label) ?? row.label,
      profile: row.profile,
      label: row.label,
      averagePerformance: row.averagePerformance,
      backwardTransfer: row.backwardTransfer,
      forgetting: row.forgetting,
      budget: budgetOf(row, tokensPerStep),
    })),
    comparisons,
    runs: summary.runs,
  };
}

/** Says what budget all had, and where budgets differ. */
export function budgetNotes(methods: readonly Pick<MethodSummary, "label" | "budget">[]): string[] {
  const steps = byAmount(methods, "steps");
  const weights = byAmount(methods, "trainedWeights");
  const [{ budget }] = methods;
  const tokens = budget.tokens === null ? "" : `, ${amount(budget.tokens)} tokens with padding`;
  return [
    steps.size === 1 && budget.steps !== null
      ? `Budget, the same for all: ${
        amount(budget.steps)
      } steps a run${tokens}, on the same rows in the same order.`
      : `Budgets differ in steps: ${listed(steps)}.`,
    ...weights.size === 1 ? [] : [`Budgets differ in trained weights: ${listed(weights)}.`],
  ];
}

function budgetOf({ steps, trainedWeights, seconds }: VariantSummary, tokensPerStep: number): Budget {
  return {
    steps,
    tokens: steps === null ? null : Math.round(steps * tokensPerStep),
    trainedWeights,
    seconds,
  };
}

/** The labels that have each amount. */
function byAmount(
  methods: readonly Pick<MethodSummary, "label" | "budget">[],
  of: "steps" | "trainedWeights",
): Map<number | null, string[]> {
  const groups = Map.groupBy(methods, ({ budget }) => budget[of]);
  return new Map([...groups].map(([value, group]) => [value, group.map(({ label }) => label)]));
}

/** `8,192 (IncLoRA, O-LoRA), 24,576 (B+L+S)` */
function listed(groups: ReadonlyMap<number | null, readonly string[]>): string {
  return [...groups].map(([value, labels]) =>
    `${value === null ? "none measured" : amount(value)} (${labels.join(", ")})`
  ).join(", ");
}

function amount(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
