/** Comparing two classifiers on the same examples. @module */

/** What {@linkcode mcnemar} found. */
export interface McnemarResult {
  /** Examples that only the first got right. */
  readonly onlyFirst: number;
  /** Examples that only the second got right. */
  readonly onlySecond: number;
  /** The probability of a split at least as uneven if both were equally good. */
  readonly pValue: number;
}

/**
 * McNemar's exact test: of the examples that one of two got right and the other wrong, does one side have more
 * than chance explains? Two-sided; under the hypothesis of equal quality the split is Binomial(n, ½).
 *
 * @param first whether the first was right, example by example
 * @param second whether the second was, on the same examples
 * @throws {RangeError} when the lengths differ
 *
 * @example Five examples, all won by one side
 * ```ts
 * import { mcnemar } from "gorp";
 * const { pValue } = mcnemar([true, true, true, true, true], [false, false, false, false, false]);
 * if (Math.abs(pValue - 2 / 32) > 1e-12) throw new Error("expected 2 / 2^5");
 * ```
 */
export function mcnemar(first: readonly boolean[], second: readonly boolean[]): McnemarResult {
  if (first.length !== second.length) {
    throw new RangeError(
      `Cannot compare ${first.length} answers with ${second.length}: the same are required.`,
    );
  }
  const onlyFirst = first.filter((right, i) => right && !second[i]).length;
  const onlySecond = second.filter((right, i) => right && !first[i]).length;
  const smaller = Math.min(onlyFirst, onlySecond);
  return { onlyFirst, onlySecond, pValue: Math.min(1, 2 * lowerTail(smaller, onlyFirst + onlySecond)) };
}

/** P(X ≤ k) of X ~ Binomial(n, ½); logarithms keep 2⁻ⁿ from vanishing. */
function lowerTail(k: number, n: number): number {
  let logTerm = -n * Math.LN2;
  let sum = 0;
  for (let i = 0; i <= k; i++) {
    sum += Math.exp(logTerm);
    logTerm += Math.log((n - i) / (i + 1));
  }
  return sum;
}
