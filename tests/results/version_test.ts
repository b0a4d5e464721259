import { assert, assertEquals, assertThrows } from "@std/assert";
import { RecordBatch, Schema, Struct } from "apache-arrow";
import { decodeBatches, encodeFile } from "../../lib/results/arrow_format.ts";
import { listRuns, openRun } from "../../lib/results/run_reader.ts";
import { tableSchemas } from "../../lib/results/schema.ts";
import { temporaryFolder } from "./sample_run.ts";

/** Runs that were written when the tables had version 1: one that ended, one that was cut off. They never change. */
const folder = new URL("version-1", import.meta.url).pathname;

Deno.test("runs of version 1 are read as they were written", () => {
  const [finished, cut] = listRuns(folder);
  const expected = JSON.parse(Deno.readTextFileSync(`${folder}/finished.json`));
  for (const [run, status] of [[finished, "finished"], [cut, "running"]] as const) {
    assertEquals(run.record, {
      ...expected.record,
      runId: run.record.runId,
      status,
      started: new Date(expected.record.started),
      ended: run.record.ended,
    });
    assertEquals(run.taskNames, expected.taskNames);
    assertEquals(run.accuracyMatrix(), expected.accuracyMatrix);
    assertEquals(run.metrics().map((row) => ({ ...row, value: String(row.value) })), expected.metrics);
    assertEquals(run.predictions(), expected.predictions);
    assertEquals(run.spectra().map((row) => ({ ...row, values: [...row.values] })), expected.spectra);
  }
  assertEquals(finished.incomplete, null);
  assert(finished.record.ended instanceof Date);
  assert(cut.incomplete?.includes("stopped without ending"), `${cut.incomplete}`);
  assert(cut.incomplete?.includes("bytes of an incomplete batch of metrics"));
});

Deno.test("a table of a newer version is refused in a sentence that says what to do", () => {
  using place = temporaryFolder();
  const [first] = listRuns(folder);
  for (const name of ["runs", "metrics", "accuracy", "predictions", "spectra"]) {
    Deno.copyFileSync(`${first.folder}/${name}.arrow`, `${place.path}/${name}.arrow`);
  }
  const path = `${place.path}/metrics.arrow`;
  const [batch] = decodeBatches(Deno.readFileSync(path));
  const metadata = new Map([["gorp.table", "metrics"], ["gorp.version", "2"]]);
  const newer = new RecordBatch(
    new Schema(tableSchemas.metrics.fields, metadata),
    batch.data.clone(
      new Struct(tableSchemas.metrics.fields),
    ),
  );
  Deno.writeFileSync(path, encodeFile(newer));
  const message = "it has version 2 of the tables, this program reads up to 1; use a newer one";
  assertThrows(() => openRun(place.path).metrics(), Error, message);
});
