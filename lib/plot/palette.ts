/**
 * Colours that readers with any kind of colour vision can tell apart, always the same for the same variant.
 *
 * @module
 */

/** The palette of Okabe and Ito (2008), without black and with the grey usual beside it. */
export const okabeIto = {
  orange: "#E69F00",
  skyBlue: "#56B4E9",
  green: "#009E73",
  yellow: "#F0E442",
  blue: "#0072B2",
  vermillion: "#D55E00",
  purple: "#CC79A7",
  grey: "#7F7F7F",
} as const;

/** How a row of results looks in every figure: colour, and marker and dash for readers who see no colour. */
export interface SeriesStyle {
  /** `#rrggbb` */
  readonly color: string;
  /** A plotly marker symbol. */
  readonly symbol: string;
  /** A plotly dash. */
  readonly dash: string;
}

/** The fixed look of the five rows of the ablation. */
export const variantStyles: Readonly<Record<string, SeriesStyle>> = {
  "B": { color: okabeIto.grey, symbol: "circle", dash: "solid" },
  "B+L": { color: okabeIto.orange, symbol: "square", dash: "solid" },
  "B+S": { color: okabeIto.skyBlue, symbol: "diamond", dash: "solid" },
  "B+L+S": { color: okabeIto.blue, symbol: "triangle-up", dash: "solid" },
  "B+L+S (covariance)": { color: okabeIto.vermillion, symbol: "star-diamond", dash: "solid" },
};

const others = [
  okabeIto.green,
  okabeIto.purple,
  okabeIto.orange,
  okabeIto.skyBlue,
  okabeIto.vermillion,
  okabeIto.blue,
];
const otherSymbols = ["triangle-down", "pentagon", "hexagon", "cross"];
const otherDashes = ["dash", "dot", "dashdot", "longdash"];

/**
 * One style per label: the fixed one of a variant, else the next free one in the order given.
 *
 * @param labels names of rows
 * @returns as many styles as labels, in their order
 *
 * @example The colours of two rows
 * ```ts
 * import { plot } from "gorp";
 * const [baseline, replay] = plot.seriesStyles(["B", "replay"]);
 * console.log(baseline.color, replay.color);
 * ```
 */
export function seriesStyles(labels: readonly string[]): SeriesStyle[] {
  const free = [...new Set(labels)].filter((label) => !Object.hasOwn(variantStyles, label));
  return labels.map((label) => {
    if (Object.hasOwn(variantStyles, label)) return variantStyles[label];
    const place = free.indexOf(label);
    const round = Math.floor(place / others.length) % otherSymbols.length;
    return { color: others[place % others.length], symbol: otherSymbols[round], dash: otherDashes[round] };
  });
}

const ramp = [okabeIto.orange, okabeIto.purple, okabeIto.blue];

/**
 * Colours for things in an order (tasks, steps): from orange to blue, ever darker, visible on light and dark.
 *
 * @param count how many
 * @returns `#rrggbb` each
 *
 * @example Colours of four tasks
 * ```ts
 * import { plot } from "gorp";
 * console.log(plot.orderedColors(4));
 * ```
 */
export function orderedColors(count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const place = count === 1 ? 2 : (i / (count - 1)) * (ramp.length - 1);
    const from = Math.min(Math.floor(place), ramp.length - 2);
    return mix(ramp[from], ramp[from + 1], place - from);
  });
}

/**
 * A colour with an opacity, as plotly and SVG read it.
 *
 * @example A band around a line
 * ```ts
 * import { plot } from "gorp";
 * console.log(plot.withOpacity("#0072B2", 0.2)); // rgba(0,114,178,0.2)
 * ```
 */
export function withOpacity(color: string, opacity: number): string {
  return `rgba(${channels(color).join(",")},${opacity})`;
}

function channels(color: string): number[] {
  return [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
}

function mix(from: string, to: string, share: number): string {
  const target = channels(to);
  return "#" + channels(from)
    .map((channel, i) => Math.round(channel + (target[i] - channel) * share).toString(16).padStart(2, "0"))
    .join("");
}
