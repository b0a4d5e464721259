/** The accuracies of one run as a table for a terminal. @module */
import { textTable } from "../display/rich_display.ts";
import type { Run } from "./run.ts";

const NONE = "–";

/** Measures of the last row that stand below it where they differ from it. */
const MEASURES: Readonly<Record<string, string>> = {
  accuracyAmongLabels: "among labels",
  exactMatch: "exact match",
  rougeL: "ROUGE-L",
};

/**
 * A row for each number of tasks trained, a column a task, percent; at the end other measures of the last row, where
 * they were recorded and differ from it by a tenth of a point or more: exact match as published, without regard to case
 * and punctuation, and ROUGE-L.
 */
export function accuracyTable(run: Run): string {
  const names = run.taskNames;
  const matrix = run.accuracyMatrix();
  const last = matrix.at(-1)!;
  const measures = Object.entries(MEASURES).flatMap(([name, title]) => {
    const row = run.taskScores(name).at(-1)!;
    const differs = row.some((value, i) => value !== null && Math.abs(value - (last[i] ?? 0)) >= 1e-3);
    return differs ? [[`  ${title}`, ...row.map(percent)]] : [];
  });
  const after = matrix.map((row, i) => [i === 0 ? "before" : `after ${names[i - 1]}`, ...row.map(percent)]);
  return textTable(["accuracy %", ...names], [...after, ...measures]);
}

function percent(fraction: number | null): string {
  if (fraction === null) return NONE;
  return Number.isNaN(fraction) ? "diverged" : (100 * fraction).toFixed(1);
}
