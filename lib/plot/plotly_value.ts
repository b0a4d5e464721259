/**
 * What plotly draws, as JSON.
 *
 * @module
 */

/** One plotly trace, as JSON. */
export type Trace = Readonly<Record<string, unknown>>;

/** A plotly layout, as JSON. */
export type Layout = Readonly<Record<string, unknown>>;

/** What plotly draws. */
export interface PlotlyValue {
  readonly data: readonly Trace[];
  readonly layout: Layout;
}
