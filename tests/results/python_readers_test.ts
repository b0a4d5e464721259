import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { canonicalJson } from "../../lib/results/configuration_hash.ts";
import { TABLE_NAMES, tableSchemas } from "../../lib/results/schema.ts";
import { openRunWriter, type RunWriter } from "../../lib/results/run_writer.ts";
import { type Rows, sampleRecord, temporaryFolder, writeRows } from "./sample_run.ts";

const python = Deno.env.get("GORP_PYTHON");
if (python === undefined) {
  console.log(
    "skipped: reading tables in Python, as GORP_PYTHON names no interpreter with pyarrow, pandas, polars",
  );
}

interface TableInPython {
  readonly version: string;
  readonly types: Readonly<Record<string, string>>;
  readonly units: Readonly<Record<string, string>>;
  readonly pyarrow: readonly Record<string, unknown>[];
  readonly pandas: readonly Record<string, unknown>[];
  readonly polars: readonly Record<string, unknown>[];
  readonly scan?: readonly Record<string, unknown>[];
}

function readInPython(folder: string): Record<string, TableInPython> {
  const program = fileURLToPath(new URL("read_tables.py", import.meta.url));
  const run = new Deno.Command(python!, { args: [program, folder] }).outputSync();
  assert(run.success, new TextDecoder().decode(run.stderr));
  return JSON.parse(new TextDecoder().decode(run.stdout));
}

const ROWS: Rows = {
  metrics: [
    { task: 1, step: 1, metric: "loss", value: 0.5 },
    { task: 1, step: 2, metric: "seconds", value: 1e300 },
    { task: 1, step: 2, metric: "größe/ß", value: -0.25 },
    { task: 2, step: 1, metric: "loss", value: NaN },
  ],
  accuracy: [
    { afterTask: 0, task: 1, correct: 1, total: 4 },
    { afterTask: 1, task: 1, correct: NaN, total: 4 },
    { afterTask: 1, task: 2, correct: 0, total: 0 },
  ],
  predictions: [
    { afterTask: 1, task: 1, example: 0, prediction: "", label: "Zürich 東京 🙂", score: null },
    { afterTask: 1, task: 1, example: 1, prediction: "a\u0000\n", label: "b", score: NaN },
    { afterTask: 1, task: 1, example: 2, prediction: "c", label: "c", score: 1 },
  ],
  spectra: [
    { task: 1, layer: "encoder.0.q", kind: "gradient", values: Float32Array.of(3, 0.5) },
    { task: 1, layer: "encoder.0.v", kind: "covariance", values: new Float32Array() },
    { task: 2, layer: "encoder.0.q", kind: "gradient", values: Float32Array.of(2) },
  ],
};

const run_id = "0123456789ab";
const EXPECTED = {
  metrics: ROWS.metrics.map((row) => ({
    run_id,
    ...row,
    value: Number.isNaN(row.value) ? "NaN" : row.value,
  })),
  accuracy: [
    { run_id, after_task: 0, task: 1, correct: 1, total: 4, value: 0.25 },
    { run_id, after_task: 1, task: 1, correct: null, total: 4, value: "NaN" },
    { run_id, after_task: 1, task: 2, correct: 0, total: 0, value: null },
  ],
  predictions: ROWS.predictions.map(({ afterTask, ...row }, i) => (
    { run_id, after_task: afterTask, ...row, score: [null, "NaN", 1][i] }
  )),
  spectra: ROWS.spectra.map((row) => ({ run_id, ...row, values: [...row.values] })),
};

/** Two batches a table; the second brings other names, so that dictionaries are replaced. */
function record(writer: RunWriter): void {
  const part = (from: number, to: number) => ({
    metrics: ROWS.metrics.slice(from, to),
    accuracy: ROWS.accuracy.slice(from, to),
    predictions: ROWS.predictions.slice(from, to),
    spectra: ROWS.spectra.slice(from, to),
  });
  for (const [from, to] of [[0, 2], [2, 4]]) {
    writeRows(writer, part(from, to));
    writer.flush();
  }
}

function checkTable(found: TableInPython, expected: readonly Record<string, unknown>[]): void {
  assertEquals(found.version, "1");
  assertEquals(found.pyarrow, expected);
  assertEquals(found.polars, expected);
  if (found.scan !== undefined) assertEquals(found.scan, expected);
  assertEquals(found.pandas, expected);
}

Deno.test({
  name: "pyarrow, pandas and polars read the streams and the files",
  ignore: python === undefined,
  fn: () => {
    using folder = temporaryFolder();
    const writer = openRunWriter(folder.path, sampleRecord(), { taskNames: ["a", "b"] });
    record(writer);
    const streams = readInPython(folder.path);
    for (const [name, expected] of Object.entries(EXPECTED)) checkTable(streams[`${name}.arrows`], expected);
    assertEquals(streams["runs.arrows"].pyarrow.map((row) => row.status), ["running"]);
    writer.finish("finished");
    const files = readInPython(folder.path);
    for (const [name, expected] of Object.entries(EXPECTED)) checkTable(files[`${name}.arrow`], expected);
    const last = files["runs.arrow"].polars.at(-1)!;
    const { started, config, runId, ...rest } = sampleRecord({ status: "finished" });
    assertEquals({ ...last, ended: null }, {
      ...rest,
      run_id: runId,
      ended: null,
      started: started.getTime(),
      config: canonicalJson(config),
      tasks: ["a", "b"],
    });
    assert(Math.abs(Number(last.ended) - Date.now()) < 60_000);
    assertEquals(files["runs.arrow"].pyarrow, files["runs.arrow"].polars);
    assertEquals(files["accuracy.arrow"].units.value, "fraction of 1");
    assertEquals(files["spectra.arrow"].types.values, "list<item: float not null>");
    assertEquals(files["metrics.arrow"].types.metric, "dictionary<values=string, indices=int32, ordered=0>");
    assertEquals(files["runs.arrow"].types.started, "timestamp[ms, tz=UTC]");
  },
});

Deno.test({
  name: "pyarrow, pandas and polars read empty tables",
  ignore: python === undefined,
  fn: () => {
    using folder = temporaryFolder();
    const writer = openRunWriter(folder.path, sampleRecord());
    const streams = readInPython(folder.path);
    writer.finish("interrupted");
    const files = readInPython(folder.path);
    for (const name of TABLE_NAMES.filter((name) => name !== "runs")) {
      for (const found of [streams[`${name}.arrows`], files[`${name}.arrow`]]) {
        checkTable(found, []);
        assertEquals(Object.keys(found.types), tableSchemas[name].names);
      }
    }
  },
});
