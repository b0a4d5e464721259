/** The audit of a benchmark's datasets, on the command line. @module */
import { textTable } from "../display/rich_display.ts";
import { writeRecords } from "../results/record_table.ts";
import { findDatasets } from "../tasks/cl_benchmark.ts";
import { auditDataset, type AuditOptions, type DataAudit } from "../tasks/data_audit.ts";
import type { ClBenchmarkOptions } from "../tasks/cl_benchmark.ts";

/** Audits the named datasets of a folder, or all of them. */
export async function auditBenchmark(
  folder: string,
  choice: Pick<ClBenchmarkOptions, "tasks" | "order">,
  options: AuditOptions = {},
): Promise<DataAudit[]> {
  const datasets = await findDatasets(folder, choice);
  return Promise.all(datasets.map((dataset) => auditDataset(dataset, options)));
}

/** Keeps an audit with the results, a row a dataset. */
export function storeAudit(path: string, audits: readonly DataAudit[]): void {
  writeRecords(path, audits.map((audit) => ({ ...audit })));
}

/** A row a dataset, and what the columns mean where something was found. */
export function auditTable(audits: readonly DataAudit[]): string {
  const withLengths = audits.some(({ longPrompts }) => longPrompts !== null);
  const header = [
    ...["dataset", "train", "test", "labels", "most frequent %", "dev in test", "test in train"],
    ...["unreachable", "contradictory", ...(withLengths ? ["too long %"] : []), "ceiling %"],
  ];
  const rows = audits.map((audit) => [
    audit.dataset,
    `${audit.trainRows}`,
    `${audit.testRows}`,
    `${audit.labels}`,
    `${percent(audit.largestLabelTrain)} / ${percent(audit.largestLabelTest)}`,
    audit.devRows === null ? "–" : `${audit.devInTest}/${audit.devRows}`,
    `${audit.testInTrain}`,
    `${audit.unreachableTrain} / ${audit.unreachableTest}`,
    `${audit.contradictory}`,
    ...(withLengths ? [audit.longPrompts === null ? "–" : percent(audit.longPrompts)] : []),
    percent(audit.ceiling),
  ]);
  return [
    textTable(header, rows),
    "Pairs are training / test rows. Unreachable: the label is not in labels.json. Contradictory: test rows whose text " +
    "has several labels.",
    ...(withLengths
      ? [
        `Too long: more than ${
          audits[0].maximumSource
        } tokens. Cut on the right such a prompt loses its end, Answer:; the ` +
        "kit cuts the sample's text unless --set truncation=right.",
      ]
      : []),
    ...(audits.some(({ devInTest }) => devInTest) ? ["dev.json repeats test.json, so it is not used."] : []),
    "Validation rows are taken from train.json, by the seed.",
  ].join("\n");
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}
