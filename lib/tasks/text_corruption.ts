/**
 * Span corruption, the pre-training task of T5: hide some spans of a text, ask for them.
 *
 * @module
 */
import type { Random } from "../tensor/random.ts";

/** How much of a text is hidden. */
export interface CorruptionShare {
  /** The share of tokens to hide. Default 0.15. */
  readonly share?: number;
  /** How long a hidden span is on average. Default 3. */
  readonly meanSpan?: number;
}

/** Options of {@linkcode corruptSpans}. */
export interface CorruptionOptions<T> extends CorruptionShare {
  /** Draws the spans. */
  readonly random: Random;
  /** The tokens that stand for the first, second, … hidden span. */
  readonly sentinels: readonly T[];
}

/** A text with spans hidden, and the spans. Without end tokens. */
export interface CorruptedText<T> {
  /** The text, each hidden span replaced by one sentinel. */
  readonly source: T[];
  /** Each sentinel, followed by what it hides. */
  readonly target: T[];
}

/**
 * Hides spans of a text (Raffel et al. 2020, section 3.1.4).
 *
 * The number of hidden tokens and of spans is fixed by the length: `round(length · share)`, at least 1, in
 * `round(hidden / meanSpan)` spans, at least 1 and at most one a sentinel. Which ones is drawn uniformly; two
 * spans never touch.
 *
 * @param tokens ids or words, at least 2
 * @returns source and target; putting each span back in its sentinel's place gives `tokens` again
 * @throws RangeError for fewer than two tokens, no sentinel, or a share or mean length out of range
 *
 * @example A sixth of six words
 * ```ts
 * import { corruptSpans, Random } from "gorp";
 * const words = "the ferry left the pier late".split(" ");
 * const { source, target } = corruptSpans(words, { random: new Random(1), sentinels: ["<0>"], share: 1 / 6 });
 * if (source.length !== 6 || target.length !== 2) throw new Error("not one word for one sentinel");
 * ```
 */
export function corruptSpans<T>(tokens: readonly T[], options: CorruptionOptions<T>): CorruptedText<T> {
  const { random, sentinels } = options;
  if (tokens.length < 2) {
    throw new RangeError(`Cannot hide spans of a text of ${tokens.length} tokens; at least 2 are needed.`);
  }
  if (sentinels.length === 0) {
    throw new RangeError("Cannot hide spans without a sentinel to put in their place.");
  }
  const plan = spanPlan(tokens.length, options);
  const spans = Math.min(plan.spans, sentinels.length);
  const hidden = composition(plan.hidden, spans, random);
  // The outer gaps may be empty, the others may not: draw them with one token more, then take it away.
  const gaps = composition(tokens.length - plan.hidden + 2, spans + 1, random);
  gaps[0] -= 1;

  const source: T[] = tokens.slice(0, gaps[0]);
  const target: T[] = [];
  let position = gaps[0];
  for (let span = 0; span < spans; span++) {
    const end = position + hidden[span];
    source.push(sentinels[span]);
    target.push(sentinels[span], ...tokens.slice(position, end));
    position = span === spans - 1 ? tokens.length : end + gaps[span + 1];
    source.push(...tokens.slice(end, position));
  }
  return { source, target };
}

/** The length of the longest text whose corrupted form fits, end tokens included. At least 2. */
export function longestText(
  lengths: { readonly sourceLength: number; readonly targetLength: number },
  options: CorruptionShare = {},
): number {
  let length = 2;
  for (;;) {
    const { hidden, spans } = spanPlan(length + 1, options);
    const source = length + 1 - hidden + spans + 1;
    const target = hidden + spans + 1;
    if (source > lengths.sourceLength || target > lengths.targetLength) return length;
    length += 1;
  }
}

/** How many tokens are hidden, and in how many spans. */
function spanPlan(length: number, options: CorruptionShare): { hidden: number; spans: number } {
  const { share = 0.15, meanSpan = 3 } = options;
  if (!(share > 0 && share < 1) || !(meanSpan >= 1)) {
    throw new RangeError(
      `Cannot hide a share of ${share} in spans of mean length ${meanSpan}; ` +
        "the share must be between 0 and 1 and the mean length at least 1.",
    );
  }
  const hidden = Math.min(Math.max(Math.round(length * share), 1), length - 1);
  const spans = Math.min(Math.max(Math.round(hidden / meanSpan), 1), length - hidden + 1);
  return { hidden, spans };
}

/** `parts` positive whole numbers with the given sum, uniform among all such lists. */
function composition(sum: number, parts: number, random: Random): number[] {
  const places = Array.from({ length: sum - 1 }, (_, index) => index + 1);
  const cuts = [0, ...random.sample(places, parts - 1).sort((a, b) => a - b), sum];
  return Array.from({ length: parts }, (_, part) => cuts[part + 1] - cuts[part]);
}
