import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Run } from "../../lib/results/run.ts";
import { openRun } from "../../lib/results/run_reader.ts";
import { openRunWriter } from "../../lib/results/run_writer.ts";
import { anyRows, type Rows, sampleRecord, temporaryFolder, writeRows } from "./sample_run.ts";

function rowsOf(run: Run): Rows {
  return {
    metrics: run.metrics(),
    accuracy: run.accuracies(),
    predictions: run.predictions(),
    spectra: run.spectra(),
  };
}

Deno.test("every table comes back as it was written, from the streams and from the files", () => {
  fc.assert(
    fc.property(anyRows, anyRows, (first, second) => {
      using folder = temporaryFolder();
      const writer = openRunWriter(folder.path, sampleRecord());
      writeRows(writer, first);
      writer.flush();
      writeRows(writer, second);
      writer.flush();
      const expected: Rows = {
        metrics: [...first.metrics, ...second.metrics],
        accuracy: [...first.accuracy, ...second.accuracy],
        predictions: [...first.predictions, ...second.predictions],
        spectra: [...first.spectra, ...second.spectra],
      };
      assertEquals(rowsOf(openRun(folder.path)), expected);
      writer.finish("finished");
      assertEquals(rowsOf(openRun(folder.path)), expected);
    }),
    { numRuns: 30 },
  );
});

Deno.test("the record comes back as it was written", () => {
  const text = fc.string({ unit: "binary" }).map((value) => value.toWellFormed());
  const anyRecord = fc.record({
    runId: text,
    method: text,
    variant: text,
    profile: text,
    label: text,
    suite: text,
    model: text,
    device: text,
    seed: fc.integer(),
    started: fc.date({ noInvalidDate: true }),
    config: fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value))),
  });
  fc.assert(
    fc.property(anyRecord, fc.array(text), (fields, taskNames) => {
      using folder = temporaryFolder();
      const record = sampleRecord(fields);
      const writer = openRunWriter(folder.path, record, { taskNames });
      const running = openRun(folder.path);
      assertEquals(running.record, record);
      assertEquals(running.taskNames, taskNames);
      writer.finish("diverged");
      const { ended, ...rest } = openRun(folder.path).record;
      assertEquals(ended instanceof Date && Math.abs(Date.now() - ended.getTime()) < 60_000, true);
      assertEquals({ ...rest, ended: null }, { ...record, status: "diverged" as const });
    }),
    { numRuns: 20 },
  );
});

Deno.test("NaN and null stay apart", () => {
  using folder = temporaryFolder();
  const writer = openRunWriter(folder.path, sampleRecord(), { taskNames: ["a", "b"] });
  const answer = { afterTask: 0, task: 1, prediction: "", label: "x" };
  writer.prediction({ ...answer, example: 0, score: NaN });
  writer.prediction({ ...answer, example: 1, score: null });
  writer.metric({ task: 1, step: 1, metric: "loss", value: NaN });
  writer.accuracy({ afterTask: 1, task: 1, correct: NaN, total: 10 });
  writer.accuracy({ afterTask: 1, task: 2, correct: 0, total: 0 });
  writer.accuracy({ afterTask: 2, task: 2, correct: 0, total: 10 });
  writer.finish("diverged");
  const run = openRun(folder.path);
  assertEquals(run.predictions().map((row) => row.score), [NaN, null]);
  assertEquals(run.metrics("loss").map((row) => row.value), [NaN]);
  assertEquals(run.accuracyMatrix(), [[null, null], [NaN, null], [null, 0]]);
});
