import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { completeLength, decodeBatches } from "../../lib/results/arrow_format.ts";
import { openRun } from "../../lib/results/run_reader.ts";
import { openRunWriter, type RunWriter } from "../../lib/results/run_writer.ts";
import { readTable, streamPath, tableRows } from "../../lib/results/table_reader.ts";
import { sampleRecord, temporaryFolder } from "./sample_run.ts";

const TABLES = ["metrics", "accuracy", "predictions", "spectra"] as const;

/** Adds one row to each table; `i` makes rows differ and brings new names into the dictionaries. */
function addRows(writer: RunWriter, i: number): void {
  writer.metric({ task: 1, step: i, metric: `metric ${i}`, value: i });
  writer.accuracy({ afterTask: 1, task: i, correct: i % 2 ? i : NaN, total: 2 * i });
  writer.prediction({
    afterTask: 1,
    task: 1,
    example: i,
    prediction: "é".repeat(i),
    label: "x",
    score: null,
  });
  writer.spectrum({ task: i, layer: `layer ${i}`, kind: "gradient", values: Float32Array.of(i, 0) });
}

Deno.test("a stream cut off at any byte gives its complete batches", () => {
  using folder = temporaryFolder();
  using writer = openRunWriter(folder.path, sampleRecord());
  for (let i = 1; i <= 3; i++) {
    addRows(writer, i);
    addRows(writer, i + 10);
    writer.flush();
  }
  for (const name of TABLES) {
    const path = streamPath(folder.path, name);
    const whole = Deno.readFileSync(path);
    const all = tableRows(readTable(folder.path, name), name) as unknown[];
    assertEquals(all.length, 6);
    let counted = 0;
    let keptBefore = -1;
    for (let length = 0; length <= whole.length; length++) {
      const bytes = whole.subarray(0, length);
      const kept = completeLength(bytes);
      if (kept === keptBefore) continue;
      keptBefore = kept;
      const batches = decodeBatches(bytes.subarray(0, kept));
      const rows = tableRows({ source: "stream", batches, lostBytes: length - kept }, name);
      assertEquals(rows as unknown[], all.slice(0, rows.length));
      assert(rows.length % 2 === 0 && rows.length >= counted, "batches are whole and do not vanish");
      counted = rows.length;
    }
    assertEquals(counted, 6);
  }
});

Deno.test("any bytes behind the complete batches are ignored", () => {
  using folder = temporaryFolder();
  using writer = openRunWriter(folder.path, sampleRecord());
  addRows(writer, 1);
  writer.flush();
  const whole = Deno.readFileSync(streamPath(folder.path, "metrics"));
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (garbage) => {
    const bytes = new Uint8Array([...whole, ...garbage]);
    assertEquals(completeLength(bytes), whole.length);
  }));
});

Deno.test("a crashed run says what may be lost and is continued behind its last complete batch", () => {
  using folder = temporaryFolder();
  {
    using writer = openRunWriter(folder.path, sampleRecord());
    for (let i = 1; i <= 2; i++) {
      addRows(writer, i);
      writer.flush();
    }
    assert(openRun(folder.path).incomplete?.includes("still being written"));
  }
  const path = streamPath(folder.path, "metrics");
  Deno.truncateSync(path, Deno.statSync(path).size - 5);
  const crashed = openRun(folder.path);
  assertEquals(crashed.metrics().map((row) => row.step), [1]);
  assert(
    /lost may be .* bytes of an incomplete batch of metrics/.test(crashed.incomplete ?? ""),
    crashed.incomplete!,
  );

  const writer = openRunWriter(folder.path, sampleRecord(), { resumeFrom: { task: 1, stepsDone: 1 } });
  addRows(writer, 2);
  writer.finish("finished");
  const run = openRun(folder.path);
  assertEquals(run.incomplete, null);
  assertEquals(run.metrics().map((row) => row.step), [1, 2]);
});
