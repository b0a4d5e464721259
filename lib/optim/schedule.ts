/** Learning rates over time. @module */

/**
 * Linear warm-up, then linear decay to zero.
 *
 * @param step counted from 1
 * @returns the factor of the peak learning rate, in [0, 1]
 */
export function warmupLinearDecay(
  step: number,
  options: { readonly warmup: number; readonly total: number },
): number {
  const { warmup, total } = options;
  if (step <= warmup) return step / warmup;
  return Math.max(0, (total - step) / Math.max(1, total - warmup));
}
