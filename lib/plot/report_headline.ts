/**
 * The result of an ablation in one sentence.
 *
 * @module
 */
import type { Summary } from "../results/summary.ts";
import { percent } from "./label.ts";

/**
 * Says which row has the highest average performance, and whether it is clearly above the baseline.
 *
 * @param summary rows and their paired differences
 */
export function reportHeadline({ variants, comparisons }: Pick<Summary, "variants" | "comparisons">): string {
  const measured = variants.filter(({ averagePerformance: { mean } }) =>
    mean !== null && Number.isFinite(mean)
  );
  if (measured.length === 0) return "Nothing was measured yet.";
  const best = measured.reduce((a, b) => b.averagePerformance.mean! > a.averagePerformance.mean! ? b : a);
  const performance = `${percent(best.averagePerformance.mean)} %`;
  if (measured.length === 1) return `${best.label} has an average performance of ${performance}.`;
  const start = `${best.label} has the highest average performance, ${performance}`;
  const found = comparisons.find(({ label }) => label === best.label);
  if (best.label === comparisons[0]?.against) return `${start}; no other row is above it.`;
  if (!found) return `${start}.`;
  const { mean, low, high } = found.difference;
  const gain = `${percent(mean)} percentage points above ${found.against}`;
  if (low === null || high === null) return `${start}: ${gain}, from too few seeds for an interval.`;
  const verdict = low > 0 ? "" : "; the interval contains 0, so this is not clearly a gain";
  return `${start}: ${gain} (interval ${percent(low)} to ${percent(high)})${verdict}.`;
}
