/**
 * The result of an ablation at a glance: average performance, backward transfer and forgetting of every row,
 * and what each row gains over the baseline.
 *
 * @module
 */
import { measurePanel, panelRange } from "./ablation_panel.ts";
import { emptyFigure } from "./empty_figure.ts";
import { type Estimate, isMeasured } from "./estimate.ts";
import { type Figure, figure, type Layout } from "./figure.ts";
import { designWidth, frame, panelGrid, panelNote, panelTitle } from "./frame.ts";
import { percent, tickLabels } from "./label.ts";
import { seriesStyles } from "./palette.ts";

/** The longest label that has room in the title of a panel. */
const LONGEST_NAMED = 3;

/** One row of the result: what `ablate --json` calls a variant. */
export interface AblationRow {
  readonly label: string;
  readonly averagePerformance: Estimate | null;
  /** null with one task, where it is not defined. */
  readonly backwardTransfer: Estimate | null;
  /** null with one task, where it is not defined. */
  readonly forgetting: Estimate | null;
}

/** A paired difference of average performance between two rows. */
export interface AblationComparison {
  readonly label: string;
  /** The row it is compared with. */
  readonly against: string;
  readonly difference: Estimate | null;
}

/** What {@link ablationFigure} shows. */
export interface AblationData {
  readonly rows: readonly AblationRow[];
  readonly comparisons?: readonly AblationComparison[];
  /** Number of tasks in the sequence; with 1, backward transfer and forgetting are not defined. */
  readonly taskCount: number;
  readonly title?: string;
  /** Says what the points and bars are: "8 seeds (small), their mean and 95 % interval". */
  readonly subtitle?: string;
}

/**
 * Four panels with the same rows: average performance, backward transfer, forgetting, and the paired
 * difference of average performance to the first row. Small points are seeds, large ones means, bars
 * intervals. In the last panel an open point says that the interval contains 0.
 *
 * @param data rows in the order they are to be read, baseline first
 *
 * @example Two rows, three seeds
 * ```ts
 * import { plot } from "gorp";
 * const estimate = (...values: number[]) => ({
 *   mean: values.reduce((sum, value) => sum + value) / values.length,
 *   low: Math.min(...values),
 *   high: Math.max(...values),
 *   values,
 * });
 * const shown = plot.ablationFigure({
 *   taskCount: 4,
 *   rows: [
 *     { label: "B", averagePerformance: estimate(0.60, 0.64, 0.69), backwardTransfer: null, forgetting: null },
 *     { label: "B+S", averagePerformance: estimate(0.7, 0.74, 0.77), backwardTransfer: null, forgetting: null },
 *   ],
 *   comparisons: [{ label: "B+S", against: "B", difference: estimate(0.1, 0.1, 0.08) }],
 * });
 * console.log(shown.alt);
 * ```
 */
export function ablationFigure(data: AblationData): Figure {
  const { rows, comparisons = [], taskCount, title = "What each part brings" } = data;
  const isEmpty = !rows.some(({ averagePerformance }) => isMeasured(averagePerformance));
  if (isEmpty) return emptyFigure(title, "no row has finished");

  const labels = rows.map(({ label }) => label);
  const styles = seriesStyles(labels);
  const against = comparisons[0]?.against;
  const isNamed = against !== undefined && against.length <= LONGEST_NAMED;
  const reference = against === undefined || isNamed ? undefined : `differences to ${against}`;
  const subtitle = [data.subtitle, reference].filter(Boolean).join("; ") || undefined;
  const measures = [
    { name: "average performance", unit: "accuracy (%)", values: rows.map((row) => row.averagePerformance) },
    { name: "backward transfer", unit: "percentage points", values: rows.map((row) => row.backwardTransfer) },
    { name: "forgetting", unit: "percentage points", values: rows.map((row) => row.forgetting) },
    {
      name: isNamed ? `paired difference to ${against}` : "paired difference",
      unit: "percentage points",
      values: labels.map((label) => comparisons.find((one) => one.label === label)?.difference ?? null),
      isDifference: true,
    },
  ];

  const left = 34 + 7.3 * Math.min(24, Math.max(...labels.map((label) => [...label].length)));
  const right = 18;
  const plotWidth = designWidth - left - right;
  const { panels, plotHeight } = panelGrid(measures.length, {
    columns: measures.length,
    panelHeight: 30 + 40 * rows.length,
    gapX: 22,
    gapY: 0,
    plotWidth,
  });
  const measured = measures.map((_, i) => i).filter((i) => measures[i].values.some(isMeasured));
  const notes: Layout[] = measures.flatMap(({ values, isDifference }, i) => {
    if (values.some(isMeasured)) return [];
    const isUndefined = taskCount === 1 && (i === 1 || i === 2);
    const text = isUndefined
      ? "not defined<br>for one task"
      : isDifference
      ? "nothing to compare"
      : "not measured";
    return [panelNote(panels[i], text)];
  });

  const unfinished: Layout[] = rows.flatMap(({ averagePerformance }, i) =>
    isMeasured(averagePerformance) ? [] : [{ ...panelNote(panels[0], "not measured"), yref: "y", y: i }]
  );

  return figure({
    title,
    alt: alternative(data),
    data: measures.flatMap(({ name, values, isDifference }, i) =>
      measurePanel({
        name,
        labels,
        estimates: values,
        styles,
        panel: panels[i],
        withZero: i > 0,
        isDifference,
      })
    ),
    layout: {
      ...frame({ title, subtitle, plotHeight, left, right, bottom: 48, panelTitle: 24 }),
      ...Object.fromEntries(measured.map((i) => [panels[i].xaxis, {
        domain: panels[i].xDomain,
        anchor: "y",
        range: panelRange(measures[i].values, i > 0),
        nticks: 5,
        ...(i > 0 ? { zeroline: true, zerolinewidth: 1.5 } : {}),
        title: { text: measures[i].unit },
      }])),
      yaxis: {
        range: [rows.length - 0.4, -0.6],
        tickvals: rows.map((_, i) => i),
        ticktext: tickLabels(labels, 24),
        ticks: "",
        ticklabelstandoff: 8,
        tickfont: { size: 13 },
      },
      annotations: [
        ...panels.map((panel, i) => panelTitle(panel, measures[i].name)),
        ...notes,
        ...unfinished,
      ],
      showlegend: false,
    },
  });
}

function alternative({ rows, comparisons = [], taskCount }: AblationData): string {
  const parts = rows.map(({ label, averagePerformance, backwardTransfer }) =>
    `${label}: average performance ${percent(averagePerformance?.mean)} %, backward transfer ` +
    (taskCount === 1 ? "not defined for one task" : `${percent(backwardTransfer?.mean)} points`)
  );
  const differences = comparisons.filter(({ difference }) => isMeasured(difference))
    .map(({ label, against, difference }) =>
      `${label} minus ${against}: ${percent(difference?.mean)} points (${percent(difference?.low)} to ${
        percent(difference?.high)
      })`
    );
  return `Results of ${rows.length} rows. ${[...parts, ...differences].join("; ")}.`;
}
