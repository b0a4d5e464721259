/** Summaries as text and HTML tables. @module */
import { styleText } from "node:util";
import { escapeHtml, htmlTable } from "../display/rich_display.ts";
import type { Comparison, MetricSummary, VariantSummary } from "./variant_summary.ts";

/** What a table shows. */
export interface SummaryRows {
  /** How many different seeds there are. */
  readonly seeds: number;
  /** What the intervals are, such as "95 % bootstrap intervals". */
  readonly intervals: string;
  /** The rows. */
  readonly variants: readonly VariantSummary[];
  /** The differences to put beside them. */
  readonly comparisons: readonly Comparison[];
  /** Sentences to put below the table. */
  readonly notes: readonly string[];
}

/** The sign of what is not defined. */
const NONE = "–";

/**
 * A table for a terminal: a row a label, accuracies in percent with one decimal, intervals in brackets, "–" where
 * something is not defined. Ends without a line break.
 *
 * @param options `colour`: whether to mark clear gains green and clear losses red; only on a terminal. `time`: whether
 * to show how long the runs took; leave it out where the same results shall look the same. Default true
 */
export function summaryTable(
  summary: SummaryRows,
  options: { readonly colour?: boolean; readonly time?: boolean } = {},
): string {
  const { colour = false, time = true } = options;
  const style = (format: "bold" | "green" | "red", text: string) =>
    colour ? styleText(format, text, { validateStream: false }) : text;
  const { header, rows } = cells(summary, time);
  const widths = header.map((name, column) =>
    Math.max(...[header, ...rows].map((row) => row[column].length), name.length)
  );
  const pad = (row: readonly string[]) =>
    row.map((text, column) => column === 0 ? text.padEnd(widths[0]) : text.padStart(widths[column]));
  const lines = rows.map((row, i) => {
    const padded = pad(row);
    const mark = verdict(differenceOf(summary, summary.variants[i]));
    if (mark !== null) padded[DIFFERENCE] = style(mark, padded[DIFFERENCE]);
    return padded.join("  ");
  });
  return [style("bold", pad(header).join("  ")), ...lines, ...legend(summary)].join("\n");
}

/** The same table in HTML. */
export function summaryHtml(summary: SummaryRows, options: { readonly time?: boolean } = {}): string {
  const { header, rows } = cells(summary, options.time ?? true);
  return htmlTable(header, rows) + `<p>${legend(summary).map(escapeHtml).join("<br>")}</p>`;
}

/** The column of the difference. */
const DIFFERENCE = 4;

/** Whether judging among the labels alone changes a row by a point or more: only then it is worth a column. */
export function labelsMatter({ variants }: Pick<SummaryRows, "variants">): boolean {
  return variants.some(({ averagePerformance: free, amongLabels: among }) =>
    free.mean !== null && among.mean !== null && Math.abs(among.mean - free.mean) >= 0.01
  );
}

/** Whether tasks differ in their number of test examples, so that weighting by it changes an average. */
export function samplesMatter({ variants }: Pick<SummaryRows, "variants">): boolean {
  return variants.some(({ averagePerformance: plain, sampleWeightedAveragePerformance: weighted }) =>
    plain.mean !== null && weighted.mean !== null && Math.abs(weighted.mean - plain.mean) >= 1e-9
  );
}

function cells(
  summary: SummaryRows,
  time: boolean,
): { readonly header: string[]; readonly rows: string[][] } {
  const against = summary.comparisons[0]?.against;
  const among = labelsMatter(summary);
  const weighted = samplesMatter(summary);
  const header = [
    "variant",
    "AP %",
    "BWT %",
    "forgetting %",
    against === undefined ? "difference" : `AP − ${against}`,
  ];
  const rows = summary.variants.map((variant) => [
    variant.label,
    withInterval(variant.averagePerformance),
    withInterval(variant.backwardTransfer),
    withInterval(variant.forgetting),
    withInterval(differenceOf(summary, variant), true),
    ...(weighted ? [withInterval(variant.sampleWeightedAveragePerformance)] : []),
    ...(among ? [withInterval(variant.amongLabels)] : []),
    variant.trainedWeights === null ? NONE : Math.round(variant.trainedWeights).toLocaleString("en-US"),
    ...(time ? [variant.seconds === null ? NONE : duration(variant.seconds)] : []),
  ]);
  return {
    header: [
      ...header,
      ...(weighted ? ["sample-weighted AP %"] : []),
      ...(among ? ["AP among labels %"] : []),
      "trained weights",
      ...(time ? ["time a run"] : []),
    ],
    rows,
  };
}

function differenceOf(summary: SummaryRows, variant: VariantSummary): Comparison["difference"] | undefined {
  return summary.comparisons.find((comparison) => comparison.label === variant.label)?.difference;
}

/** Green or red where the whole interval lies on one side of zero. */
function verdict(difference: Comparison["difference"] | undefined): "green" | "red" | null {
  if (difference?.low == null || difference.high === null) return null;
  if (difference.low > 0) return "green";
  return difference.high < 0 ? "red" : null;
}

function withInterval(value: Omit<MetricSummary, "standardError"> | undefined, signed = false): string {
  if (value === undefined) return NONE;
  const { mean, low, high } = value;
  const center = percent(mean, signed);
  return low === null || high === null || Number.isNaN(low)
    ? center
    : `${center} [${percent(low)}, ${percent(high)}]`;
}

function percent(fraction: number | null, signed = false): string {
  if (fraction === null) return NONE;
  if (Number.isNaN(fraction)) return "diverged";
  const text = Math.abs(100 * fraction).toFixed(1);
  if (Number(text) === 0) return text;
  return (fraction < 0 ? "−" : signed ? "+" : "") + text;
}

function duration(seconds: number): string {
  if (seconds < 100) return `${seconds.toFixed(1)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${(seconds / 3600).toFixed(1)} h`;
}

function legend(summary: SummaryRows): string[] {
  const { seeds, intervals, comparisons, notes } = summary;
  const lines = [
    "AP: average performance; BWT: backward transfer; means over " +
    (seeds === 1 ? "1 seed, so without intervals." : `${seeds} seeds, [${intervals}].`),
  ];
  const against = comparisons[0]?.against;
  if (against !== undefined) lines.push(`AP − ${against}: in percentage points, paired by seed.`);
  if (samplesMatter(summary)) lines.push("Sample-weighted AP: tasks count by their test examples.");
  if (labelsMatter(summary)) lines.push("AP among labels: only the labels of each task could be said.");
  return [...lines, ...notes];
}
