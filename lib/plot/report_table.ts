/**
 * The summary of a report as an HTML table.
 *
 * @module
 */
import { escapeHtml } from "../display/rich_display.ts";
import type { Summary } from "../results/summary.ts";
import { labelsMatter, samplesMatter } from "../results/summary_table.ts";
import { percent } from "./label.ts";
import { seriesStyles } from "./palette.ts";

interface Measured {
  readonly mean: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * A row a label: average performance, backward transfer and forgetting with their intervals, the paired
 * difference to the baseline, and what it took. What is not defined is a dash.
 *
 * @param summary rows and paired differences
 */
export function reportTable(summary: Omit<Summary, "toJSON">): string {
  const { variants, comparisons, seeds, intervals } = summary;
  if (variants.length === 0) return "<p>Nothing was measured yet.</p>";
  const against = comparisons[0]?.against;
  const among = labelsMatter(summary);
  const weighted = samplesMatter(summary);
  const styles = seriesStyles(variants.map(({ label }) => label));
  const rows = variants.map((variant, i) => {
    const difference = comparisons.find(({ label }) => label === variant.label)?.difference;
    const isBaseline = variant.label === against;
    return `<tr><th scope="row"><span class="swatch" style="background:${styles[i].color}"></span>` +
      `${escapeHtml(variant.label)}</th>` +
      cell(variant.averagePerformance) + cell(variant.backwardTransfer) + cell(variant.forgetting) +
      (isBaseline ? '<td class="quiet">baseline</td>' : cell(difference, true)) +
      (weighted ? cell(variant.sampleWeightedAveragePerformance) : "") +
      (among ? cell(variant.amongLabels) : "") + count(variant.trainedWeights) + count(variant.steps) +
      `<td>${duration(variant.seconds)}</td></tr>`;
  });
  return `<div class="table" tabindex="0" role="region" aria-label="Results"><table>
<thead><tr><th scope="col">row</th><th scope="col">average performance, %</th>
<th scope="col">backward transfer, points</th><th scope="col">forgetting, points</th>
<th scope="col">${against === undefined ? "difference" : `difference to ${escapeHtml(against)}`}, points</th>
${weighted ? '<th scope="col">sample-weighted average performance, %</th>' : ""}${
    among ? '<th scope="col">performance among the labels, %</th>' : ""
  }<th scope="col">trained weights</th><th scope="col">steps</th><th scope="col">time of a run</th></tr></thead>
<tbody>${rows.join("\n")}</tbody></table></div>
<p class="key">${escapeHtml(key(seeds, intervals, against))}${among ? AMONG_LABELS : ""}</p>`;
}

const AMONG_LABELS = " Performance among the labels: only the labels of each task could be said.";

function key(seeds: number, intervals: string, against: string | undefined): string {
  return [
    seeds > 1 ? `Means over ${seeds} seeds; in small type ${intervals}.` : "One seed, so without intervals.",
    against === undefined ? "" : `Differences of average performance to ${against} are paired by seed` +
      (seeds > 1 ? "; bold where the interval excludes 0." : "."),
    "Points are percentage points; – is not defined or not measured.",
  ].filter(Boolean).join(" ");
}

function cell(value: Measured | undefined, isDifference = false): string {
  if (value === undefined || value.mean === null) return "<td>–</td>";
  if (!Number.isFinite(value.mean)) return "<td>diverged</td>";
  const { mean, low, high } = value;
  const sign = isDifference && mean >= 0.0005 ? "+" : "";
  const hasInterval = low !== null && high !== null && Number.isFinite(low) && Number.isFinite(high);
  const isClear = isDifference && hasInterval && (low > 0 || high < 0);
  const center = `${sign}${percent(mean)}`;
  return `<td>${isClear ? `<strong>${center}</strong>` : center}` +
    (hasInterval ? `<small>${percent(low)} to ${percent(high)}</small>` : "") + "</td>";
}

function count(value: number | null): string {
  return `<td>${value === null ? "–" : Math.round(value).toLocaleString("en-US")}</td>`;
}

function duration(seconds: number | null): string {
  if (seconds === null) return "–";
  if (seconds < 100) return `${seconds.toFixed(1)} s`;
  const minutes = seconds / 60;
  return minutes < 100 ? `${minutes.toFixed(0)} min` : `${(minutes / 60).toFixed(1)} h`;
}
