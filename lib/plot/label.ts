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
 * Names of layers without the parts that do not tell them apart: those that all share, then numbers that other
 * parts already imply. Names of different build are left as they are.
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
  const count = new Set(names).size;
  if (count < 2 || parts.some(({ length }) => length !== parts[0].length)) return [...names];
  const at = (places: readonly number[]) => parts.map((one) => places.map((place) => one[place]).join("."));
  let places = parts[0].map((_, place) => place)
    .filter((place) => parts.some((one) => one[place] !== parts[0][place]));
  for (const place of places) {
    const others = places.filter((one) => one !== place);
    const isNumber = parts.every((one) => /^\d+$/.test(one[place]));
    if (isNumber && new Set(at(others)).size === count) places = others;
  }
  return at(places);
}

/** A fraction as percent with one decimal: `0.8876` is `88.8`; null is a dash. */
export function percent(fraction: number | null | undefined, decimals = 1): string {
  if (fraction === null || fraction === undefined || !Number.isFinite(fraction)) return "–";
  const text = (100 * fraction).toFixed(decimals);
  return (/^-0(\.0*)?$/.test(text) ? text.slice(1) : text).replace("-", "−");
}
