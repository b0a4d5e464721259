/**
 * A spectrum and the place where it is cut.
 *
 * @module
 */
import type { Trace } from "./figure.ts";
import type { Panel } from "./frame.ts";
import { plotlyText } from "./label.ts";

/** The singular values of one matrix at the end of one task. */
export interface Spectrum {
  /** From 1. */
  readonly task: number;
  readonly layer: string;
  /** What was decomposed: "first-moment", "covariance", "gradient". */
  readonly kind: string;
  /** Singular values, largest first. */
  readonly values: ArrayLike<number>;
  /** How many columns were kept; found from the energy share where it is not given. */
  readonly kept?: number;
}

/** The smallest count of leading values whose squares sum to at least `share` of all squares. */
export function reach(values: ArrayLike<number>, share: number): number {
  const squares = Array.from(values, (value) => value * value);
  const total = squares.reduce((sum, square) => sum + square, 0);
  let sum = 0;
  const at = squares.findIndex((square) => (sum += square) >= share * total);
  return at < 0 ? squares.length : at + 1;
}

/** Where and how cuts are marked. */
export interface CutOptions {
  readonly panelOf: (one: Spectrum) => Panel;
  readonly colorOf: (one: Spectrum) => string;
  readonly keptCount: (one: Spectrum) => number;
}

/** One open point a spectrum that keeps any column, all in one entry of the legend. */
export function cuts(spectra: readonly Spectrum[], name: string, options: CutOptions): Trace[] {
  const { panelOf, colorOf, keptCount } = options;
  return spectra.filter((one) => keptCount(one) > 0).map((one, i) => ({
    type: "scatter",
    mode: "markers",
    name: plotlyText(name),
    legendgroup: "cut",
    legendrank: 2000,
    showlegend: i === 0,
    xaxis: panelOf(one).x,
    yaxis: panelOf(one).y,
    x: [keptCount(one)],
    y: [one.values[keptCount(one) - 1]],
    cliponaxis: false,
    marker: { symbol: "circle-open", size: 11, color: colorOf(one), line: { width: 2 } },
    hovertemplate: `task ${one.task}: ${keptCount(one)} columns kept<extra></extra>`,
  }));
}
