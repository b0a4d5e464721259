/**
 * ROUGE-L, a measure of how much of an answer stands in the label in the same order.
 *
 * @module
 */

/**
 * The F-measure of the longest common subsequence of words (Lin 2004): with `c` common words, precision `p = c /
 * |prediction|` and recall `r = c / |label|`, the value is `2 p r / (p + r)`, and 0 without common words.
 *
 * Words are runs of lower-cased ASCII letters and digits, without stemming, as in Google's `rouge_score`.
 *
 * @returns from 0 to 1
 *
 * @example Half an answer
 * ```ts
 * import { rougeL } from "gorp";
 * if (Math.abs(rougeL("negative", "very negative") - 2 / 3) > 1e-12) throw new Error("unexpected value");
 * ```
 */
export function rougeL(prediction: string, label: string): number {
  const predicted = words(prediction);
  const wanted = words(label);
  const common = longestCommonSubsequence(predicted, wanted);
  return common === 0 ? 0 : 2 * common / (predicted.length + wanted.length);
}

function words(text: string): string[] {
  return text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
}

function longestCommonSubsequence(a: readonly string[], b: readonly string[]): number {
  // lengths[j] = the longest common subsequence of the words of a so far and the first j words of b.
  let lengths = new Array<number>(b.length + 1).fill(0);
  for (const word of a) {
    const next = [0];
    for (let j = 1; j <= b.length; j++) {
      next.push(word === b[j - 1] ? lengths[j - 1] + 1 : Math.max(lengths[j], next[j - 1]));
    }
    lengths = next;
  }
  return lengths[b.length];
}
