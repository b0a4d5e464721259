/**
 * Names as they may stand in a figure. Plotly reads a little HTML in every text, so names from files must be
 * escaped; and names longer than their place must be shortened where they still differ.
 *
 * @module
 */

/**
 * A name as plotly text: characters that it would read as HTML are escaped, line breaks become spaces.
 *
 * @example A name that looks like HTML
 * ```ts
 * import { plot } from "gorp";
 * console.log(plot.plotlyText("<b>a & b</b>"));
 * ```
 */
export function plotlyText(name: string): string {
  return name.replace(/\s+/g, " ").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/**
 * A name of at most `length` characters, with an ellipsis in the middle where something was left out (the
 * ends of task names differ more often than their middles). Not yet escaped.
 *
 * @param name any text
 * @param length the most characters, at least 3
 *
 * @example A long task name
 * ```ts
 * import { plot } from "gorp";
 * console.log(plot.shorten("natural language inference", 14)); // natural…erence
 * ```
 */
export function shorten(name: string, length: number): string {
  const characters = [...name];
  if (characters.length <= length) return name;
  const start = Math.ceil((length - 1) / 2);
  const end = length - 1 - start;
  return characters.slice(0, start).join("").trimEnd() + "…" +
    characters.slice(characters.length - end).join("").trimStart();
}

/**
 * Names shortened and escaped for the ticks of an axis.
 *
 * @param names in the order of the ticks
 * @param length the most characters each
 *
 * @example Tick labels
 * ```ts
 * import { plot } from "gorp";
 * console.log(plot.tickLabels(["topic", "sentiment"], 6));
 * ```
 */
export function tickLabels(names: readonly string[], length: number): string[] {
  return names.map((name) => plotlyText(shorten(name, length)));
}

/**
 * Names of layers without the parts that all of them share: `encoder.block.0.attention.q` and
 * `encoder.block.1.attention.q` become `0` and `1`. Names of different build are left as they are.
 *
 * @param names dotted names
 * @returns as many names, as different from each other as before
 *
 * @example Two layers
 * ```ts
 * import { plot } from "gorp";
 * console.log(plot.distinctNames(["encoder.block.0.q", "decoder.block.0.v"])); // encoder.q, decoder.v
 * ```
 */
export function distinctNames(names: readonly string[]): string[] {
  const parts = names.map((name) => name.split("."));
  const isAlike = parts.every(({ length }) => length === parts[0].length);
  if (new Set(names).size < 2 || !isAlike) return [...names];
  const differing = parts[0].map((_, i) => parts.some((one) => one[i] !== parts[0][i]));
  return parts.map((one) => one.filter((_, i) => differing[i]).join("."));
}

/** A fraction as percent with one decimal: `0.8876` is `88.8`; null is a dash. */
export function percent(fraction: number | null | undefined, decimals = 1): string {
  if (fraction === null || fraction === undefined || !Number.isFinite(fraction)) return "–";
  const text = (100 * fraction).toFixed(decimals);
  return (/^-0(\.0*)?$/.test(text) ? text.slice(1) : text).replace("-", "−");
}
