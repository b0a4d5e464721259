/** Student's interval of a mean. @module */

/**
 * The half-width of Student's interval in standard errors: the t for which a t-distributed number with `freedom`
 * degrees lies in (−t, t) with probability `level`.
 *
 * @param freedom a positive integer: the number of values less one
 * @param level between 0 and 1
 *
 * @example Five values, 95 %
 * ```ts
 * import { studentQuantile } from "gorp";
 * if (Math.abs(studentQuantile(4, 0.95) - 2.776445) > 1e-6) throw new Error("not as in the tables");
 * ```
 */
export function studentQuantile(freedom: number, level: number): number {
  let [low, high] = [0, Math.PI / 2];
  while (high - low > 1e-15) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (probabilityWithin(middle, freedom) < level) low = middle;
    else high = middle;
  }
  return Math.sqrt(freedom) * Math.tan(low);
}

/** P(|t| < √freedom · tan θ), the finite sums of Abramowitz and Stegun, 26.7.3 and 26.7.4. */
function probabilityWithin(theta: number, freedom: number): number {
  const [sine, cosine] = [Math.sin(theta), Math.cos(theta)];
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k <= freedom - 2; k += 2) {
    term *= (k - 1) / k * cosine ** 2;
    sum += term;
  }
  return isOdd ? 2 / Math.PI * (theta + sine * sum) : sine * sum;
}
