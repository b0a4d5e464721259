import { assertEquals } from "@std/assert";
import { accuracyTable } from "../../lib/results/accuracy_table.ts";
import { openRun } from "../../lib/results/run_reader.ts";
import { openRunWriter } from "../../lib/results/run_writer.ts";
import { sampleRecord, temporaryFolder } from "./sample_run.ts";

Deno.test("the accuracies of a run as a table, with other measures only where they differ", () => {
  using folder = temporaryFolder();
  const writer = openRunWriter(folder.path, sampleRecord({}), { taskNames: ["ab", "cde"] });
  const rows = [[1, 3], [4, 0]];
  rows.forEach((row, i) =>
    row.forEach((correct, j) => writer.accuracy({ afterTask: i + 1, task: j + 1, correct, total: 4 }))
  );
  for (const [metric, a, b] of [["rougeL", 1, 0.125], ["exactMatch", 1, 0]] as const) {
    writer.metric({ task: 2, step: 1, metric: `${metric}/ab`, value: a });
    writer.metric({ task: 2, step: 1, metric: `${metric}/cde`, value: b });
  }
  writer.finish("finished");
  assertEquals(accuracyTable(openRun(folder.path)).split("\n"), [
    "accuracy %     ab   cde",
    "before          –     –",
    "after ab     25.0  75.0",
    "after cde   100.0   0.0",
    "  ROUGE-L   100.0  12.5",
  ]);
});
