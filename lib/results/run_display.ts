/** How runs look in notebooks. @module */
import { escapeHtml, htmlTable, type RichDisplay, textTable } from "../display/rich_display.ts";
import type { AccuracyMatrix } from "./accuracy_matrix.ts";
import { averagePerformance, backwardTransfer, forgetting } from "./metrics.ts";
import type { RunRecord } from "./run_record.ts";

/** What is shown of a run. */
export interface ShownRun {
  readonly record: RunRecord;
  readonly taskNames: readonly string[];
  readonly incomplete: string | null;
  accuracyMatrix(): AccuracyMatrix;
}

/** Wider matrices are not shown cell by cell. */
const MOST_TASKS = 8;

/** What the run is, its metrics, and its accuracy matrix in percent. */
export function runDisplay(run: ShownRun): RichDisplay {
  const { runId, method, label, profile, seed, suite, model, status } = run.record;
  const matrix = run.accuracyMatrix();
  const lines = [
    `Run ${runId}: ${method} ${label}, profile ${profile}, seed ${seed}; ${suite} on ${model}; ${status}`,
    ...(matrix.length > 1 ? [metricsText(matrix)] : ["no accuracy was recorded"]),
    ...(run.incomplete === null ? [] : [run.incomplete]),
  ];
  const isShown = matrix.length > 1 && matrix.length <= MOST_TASKS + 1;
  const header = ["accuracy, %", ...matrix[0]?.map((_, i) => run.taskNames[i] ?? `task ${i + 1}`) ?? []];
  const rows = matrix.map((row, i) => [i === 0 ? "before" : `after task ${i}`, ...row.map(percent)]);
  const [heading, ...rest] = lines;
  return {
    "text/plain": [...lines, ...(isShown ? [textTable(header, rows)] : [])].join("\n"),
    "text/html": `<div><b>${escapeHtml(heading)}</b><br>${rest.map(escapeHtml).join("<br>")}` +
      `${isShown ? htmlTable(header, rows) : ""}</div>`,
  };
}

function metricsText(matrix: AccuracyMatrix): string {
  const isOneTask = matrix[0].length === 1;
  const one = (name: string, value: number | null, missing: string) =>
    `${name} ${value === null ? missing : Number.isNaN(value) ? "diverged" : `${percent(value)} %`}`;
  const ofPairs = isOneTask ? "not defined for one task" : "not measured";
  return [
    one("average performance", averagePerformance(matrix), "not measured"),
    one("backward transfer", backwardTransfer(matrix), ofPairs),
    one("forgetting", forgetting(matrix), ofPairs),
  ].join(", ");
}

function percent(value: number | null): string {
  if (value === null) return "–";
  return Number.isNaN(value) ? "NaN" : (100 * value).toFixed(1);
}
