/**
 * One panel of the ablation figure: a measure of every row, its seeds, mean and interval.
 *
 * @module
 */
import { errorBars, type Estimate, isMeasured } from "./estimate.ts";
import type { Trace } from "./figure.ts";
import type { Panel } from "./frame.ts";
import { percent, plotlyText } from "./label.ts";
import { type SeriesStyle, withOpacity } from "./palette.ts";

/** One measure of every row; row `i` stands at height `i`. */
export interface MeasurePanelParts {
  readonly name: string;
  readonly labels: readonly string[];
  readonly estimates: readonly (Estimate | null)[];
  readonly styles: readonly SeriesStyle[];
  readonly panel: Panel;
  /** Whether the panel has a line at 0, which must not run through numbers. */
  readonly withZero: boolean;
  /** Draws a mean open where its interval contains 0. */
  readonly isDifference?: boolean;
}

/** A trace of all seeds, and one a row of its mean with interval and value. */
export function measurePanel(parts: MeasurePanelParts): Trace[] {
  const { name, labels, estimates, styles, panel, withZero, isDifference = false } = parts;
  const rows = labels.map((_, i) => i).filter((i) => isMeasured(estimates[i]));
  const points = rows.flatMap((row) => {
    const values = estimates[row]?.values ?? [];
    return values.flatMap((value, seed) =>
      value === null || !Number.isFinite(value) ? [] : [{ row, value, seed }]
    )
      .map((point) => ({ ...point, y: row + 0.16 + 0.2 * (point.seed + 0.5) / values.length }));
  });
  const common = {
    type: "scatter",
    mode: "markers",
    xaxis: panel.x,
    yaxis: "y",
    showlegend: false,
    cliponaxis: false,
    hoverinfo: "text",
  };
  const shown = rows.map((row) => estimates[row] as Estimate);
  const seeds: Trace[] = points.length === 0 ? [] : [
    {
      ...common,
      x: points.map(({ value }) => 100 * value),
      y: points.map(({ y }) => y),
      marker: { size: 5, color: points.map(({ row }) => withOpacity(styles[row].color, 0.55)) },
      hovertext: points.map(({ row, seed, value }) =>
        `${plotlyText(labels[row])}<br>seed ${seed + 1}: ${percent(value)}`
      ),
    },
  ];
  return [
    ...seeds,
    ...rows.map((row, i) => ({
      ...common,
      mode: "markers+text",
      x: [100 * shown[i].mean!],
      y: [row],
      error_x: errorBars([shown[i]], { color: styles[row].color, thickness: 2, width: 4 }),
      text: [percent(shown[i].mean)],
      textposition: labelPosition(100 * shown[i].mean!, estimates, withZero),
      textfont: { size: 12 },
      marker: {
        size: 9,
        symbol: styles[row].symbol + (isDifference && containsZero(shown[i]) ? "-open" : ""),
        color: styles[row].color,
        line: { width: isDifference && containsZero(shown[i]) ? 2 : 0, color: styles[row].color },
      },
      hovertext: [
        `${plotlyText(labels[row])}<br>${plotlyText(name)}: ${percent(shown[i].mean)}` +
        `<br>interval ${percent(shown[i].low)} to ${percent(shown[i].high)}`,
      ],
    })),
  ];
}

/**
 * The range of an axis in percent around all means, intervals and seeds: of accuracies within 0 and 100 unless an
 * interval reaches beyond, of differences with 0.
 */
export function panelRange(estimates: readonly (Estimate | null)[], withZero: boolean): [number, number] {
  const numbers = estimates.filter(isMeasured)
    .flatMap(({ mean, low, high, values = [] }) => [mean, low, high, ...values])
    .filter((value): value is number => value !== null && Number.isFinite(value))
    .map((value) => 100 * value);
  if (numbers.length === 0) return [0, 1];
  if (withZero) numbers.push(0);
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const pad = Math.max(1, 0.14 * (high - low));
  if (withZero) return [low - pad, high + pad];
  return [Math.min(low, Math.max(0, low - pad)), Math.max(high, Math.min(100, high + pad))];
}

function labelPosition(mean: number, estimates: MeasurePanelParts["estimates"], withZero: boolean): string {
  const [low, high] = panelRange(estimates, withZero);
  if (!withZero || Math.abs(mean) > 0.11 * (high - low)) return "top center";
  return mean < 0 ? "top left" : "top right";
}

function containsZero({ low, high }: Estimate): boolean {
  return low === null || high === null || (low <= 0 && high >= 0);
}
