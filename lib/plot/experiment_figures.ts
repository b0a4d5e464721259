/**
 * The figures of an experiment, from its runs: what a report and the closing cell of a notebook show.
 *
 * @module
 */
import { averagePerformance, backwardTransfer, forgetting } from "../results/metrics.ts";
import type { Summary } from "../results/summary.ts";
import { ablationFigure } from "./ablation_figure.ts";
import { accuracyMatricesFigure } from "./accuracy_matrices_figure.ts";
import { percent } from "./label.ts";
import { lossFigure } from "./loss_figure.ts";
import { paretoFigure } from "./pareto_figure.ts";
import { accuracyEstimates, commonTaskNames, type ExperimentRow, type RecordedRun } from "./recorded_run.ts";
import type { CaptionedFigure } from "./report.ts";
import { spaceFigures } from "./space_figures.ts";
import { taskAccuracyFigure } from "./task_accuracy_figure.ts";

/**
 * All figures of an experiment with their captions: the ablation, the accuracy matrices, the accuracy of each
 * task, the loss, where they were recorded the growth of the shared space, what it removes and its spectra, and
 * performance against time.
 *
 * @param runs of one or more rows and seeds, over as many tasks
 * @param summary of the same runs; its rows are shown in their order
 *
 * @example The figures of a folder of runs
 * ```ts ignore
 * import { listRuns, plot, show, summarize } from "gorp";
 * const runs = listRuns("runs");
 * for (const { figure } of plot.experimentFigures(runs, summarize(runs))) await show(figure);
 * ```
 */
export function experimentFigures(
  runs: readonly RecordedRun[],
  summary: Pick<Summary, "variants" | "comparisons" | "intervals" | "seeds">,
): CaptionedFigure[] {
  const rows = summary.variants.map((variant) => {
    const ofLabel = runs.filter(({ record }) => record.label === variant.label)
      .toSorted((a, b) => a.record.seed - b.record.seed);
    return { variant, label: variant.label, runs: ofLabel, accuracy: accuracyEstimates(ofLabel) };
  });
  const taskNames = commonTaskNames(runs);
  const over = summary.seeds === 1 ? "one seed" : `mean of ${summary.seeds} seeds`;
  const first = rows.flatMap((row) => row.runs.slice(0, 1));

  return [
    {
      figure: ablation(rows, summary, taskNames.length),
      caption:
        "Average performance is the accuracy over all tasks at the end; backward transfer and forgetting say " +
        "how much of it was lost since each task was learned. Look at the last panel first: pairs share their seed, " +
        "so a lucky draw of tasks drops out; a filled point lies clear of 0, an open one does not.",
    },
    {
      figure: accuracyMatricesFigure({
        taskNames,
        matrices: rows.map(({ label, variant, accuracy }) => ({
          label,
          accuracy: accuracy.map((row) => row.map((cell) => cell?.mean ?? null)),
          note: `AP ${percent(variant.averagePerformance.mean)} %`,
        })),
        subtitle: over,
      }),
      caption:
        "Read down a column: the outlined cell is the accuracy right after the task was learned, the cells " +
        "below it what was left after each further task. Without forgetting they would keep its colour.",
    },
    {
      figure: taskAccuracyFigure({
        taskNames,
        rows,
        subtitle: summary.seeds > 1 ? `${over}, bars: 95 % Student intervals` : over,
      }),
      caption:
        "The same numbers over time. See whether all rows learn each task equally well (the points at the " +
        "dotted lines), and how steeply they fall afterwards. Where bars overlap, trust the paired differences of figure 1 instead.",
    },
    {
      figure: lossFigure({
        series: first.map((run) => ({ label: run.record.label, points: run.metrics("loss") })),
        taskNames,
        subtitle: first.length > 0 ? `seed ${first[0].record.seed}` : undefined,
      }),
      caption:
        "Each task starts anew. If protecting old tasks made learning harder, the protected rows would fall " +
        "more slowly or stay higher in the later tasks.",
    },
    ...spaceFigures(rows),
    ...costFigures(rows, over),
  ];
}

/** Performance against the time of a run, where more than one row has both. */
function costFigures(rows: readonly ExperimentRow[], over: string): CaptionedFigure[] {
  const measured = rows.filter(({ variant }) => variant.seconds !== null);
  if (measured.length < 2) return [];
  return [{
    figure: paretoFigure({
      cost: "time of a run (s)",
      rows: measured.map(({ label, variant }) => ({
        label,
        averagePerformance: variant.averagePerformance,
        cost: variant.seconds,
      })),
      subtitle: over,
    }),
    caption:
      "What performance costs on the machine that ran it. A row below and to the right of another is worse and " +
      "dearer; times of runs on a busy machine are worth little.",
  }];
}

function ablation(
  rows: readonly ExperimentRow[],
  summary: Pick<Summary, "comparisons" | "intervals" | "seeds">,
  taskCount: number,
) {
  const perSeed = ({ runs }: ExperimentRow, metric: typeof forgetting) =>
    runs.map((run) => run.accuracyMatrix().length > 1 ? metric(run.accuracyMatrix()) : null);
  const against = summary.comparisons[0]?.against ?? "B";
  return ablationFigure({
    title: against === "B" ? undefined : "What each method brings",
    taskCount,
    rows: rows.map((row) => ({
      label: row.label,
      averagePerformance: { ...row.variant.averagePerformance, values: perSeed(row, averagePerformance) },
      backwardTransfer: { ...row.variant.backwardTransfer, values: perSeed(row, backwardTransfer) },
      forgetting: { ...row.variant.forgetting, values: perSeed(row, forgetting) },
    })),
    comparisons: summary.comparisons.map(({ label, against, difference }) => {
      const base = rows.find((row) => row.label === against)?.runs ?? [];
      const values = (rows.find((row) => row.label === label)?.runs ?? []).map((run) => {
        const other = base.find(({ record }) => record.seed === run.record.seed);
        const [a, b] = [run, other].map((one) => one ? averagePerformance(one.accuracyMatrix()) : null);
        return a === null || b === null ? null : a - b;
      });
      return { label, against, difference: { ...difference, values } };
    }),
    subtitle: summary.seeds > 1
      ? `${summary.seeds} seeds (small points), their means and ${summary.intervals}`
      : "one seed",
  });
}
