/** Metrics of continual learning. @module */
import {
  averagePerformance,
  backwardTransfer,
  forgetting,
  forwardTransfer,
  sampleWeightedAveragePerformance,
} from "../../results/metrics.ts";
import type { Checker } from "../checker.ts";

/** `accuracy`, `samples` → every metric that the case expects, a number or null. */
export const checkMetrics: Checker = ({ config }, comparison) => {
  const { accuracy, samples, expected } = config;
  const metrics: Record<string, () => number | null> = {
    AP: () => averagePerformance(accuracy),
    BWT: () => backwardTransfer(accuracy),
    forgetting: () => forgetting(accuracy),
    FWT: () => forwardTransfer(accuracy),
    sampleWeightedAP: () => sampleWeightedAveragePerformance(accuracy, samples),
  };
  for (const [name, want] of Object.entries<number | null>(expected)) {
    const got = metrics[name]?.();
    if (typeof got === "number" && want !== null) comparison.numbers(name, [got], [want]);
    else comparison.equal(name, got, want);
  }
};
