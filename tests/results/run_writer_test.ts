import { assert, assertEquals, assertThrows } from "@std/assert";
import { listRuns, openRun } from "../../lib/results/run_reader.ts";
import { openRunWriter } from "../../lib/results/run_writer.ts";
import { sampleRecord, temporaryFolder } from "./sample_run.ts";

function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test("a run is five streams while it goes on and five files after it", () => {
  using folder = temporaryFolder();
  const writer = openRunWriter(folder.path, sampleRecord());
  const streams = ["accuracy", "metrics", "predictions", "runs", "spectra"].map((name) => `${name}.arrows`);
  assertEquals(filesIn(folder.path), [...streams, "run.lock"].sort());
  writer.finish("finished");
  assertEquals(filesIn(folder.path), streams.map((name) => name.replace("arrows", "arrow")));
  const run = openRun(folder.path);
  assertEquals([run.incomplete, run.metrics(), run.accuracyMatrix(), run.taskNames], [null, [], [[]], []]);
});

Deno.test("rows reach the disk when they have waited long enough", () => {
  using folder = temporaryFolder();
  using writer = openRunWriter(folder.path, sampleRecord(), { flushSeconds: 0 });
  writer.metric({ task: 1, step: 1, metric: "loss", value: 1 });
  assertEquals(openRun(folder.path).metrics().length, 1);
  using other = temporaryFolder();
  using patient = openRunWriter(other.path, sampleRecord(), { flushSeconds: 100 });
  patient.metric({ task: 1, step: 1, metric: "loss", value: 1 });
  assertEquals(openRun(other.path).metrics().length, 0);
  patient.flush();
  assertEquals(openRun(other.path).metrics().length, 1);
});

Deno.test("a metric row costs a few microseconds", () => {
  using folder = temporaryFolder();
  using writer = openRunWriter(folder.path, sampleRecord(), { flushSeconds: 100 });
  const record = (count: number) => {
    const start = performance.now();
    for (let step = 1; step <= count; step++) {
      writer.metric({ task: 1, step, metric: "loss", value: 1 / step });
    }
    return 1000 * (performance.now() - start) / count;
  };
  record(20_000);
  const microseconds = Math.min(record(50_000), record(50_000), record(50_000));
  assert(microseconds < 5, `a row took ${microseconds} µs`);
});

Deno.test("continuing keeps what lies before the position and drops the rest", () => {
  using folder = temporaryFolder();
  {
    const writer = openRunWriter(folder.path, sampleRecord(), { taskNames: ["a", "b", "c"] });
    for (const task of [1, 2]) {
      for (const step of [1, 2, 3]) writer.metric({ task, step, metric: "loss", value: 10 * task + step });
      writer.accuracy({ afterTask: task, task: 1, correct: task, total: 4 });
      writer.prediction({ afterTask: task, task: 1, example: 0, prediction: "p", label: "p", score: 1 });
      writer.spectrum({ task, layer: "q", kind: "gradient", values: Float32Array.of(task) });
    }
    writer.finish("interrupted");
  }
  assert(openRun(folder.path).incomplete?.includes("was interrupted"));
  const later = sampleRecord({ started: new Date() });
  const writer = openRunWriter(folder.path, later, { resumeFrom: { task: 2, stepsDone: 2 } });
  writer.metric({ task: 2, step: 3, metric: "loss", value: -1 });
  writer.finish("finished");
  const run = openRun(folder.path);
  assertEquals(run.metrics("loss").map((row) => row.value), [11, 12, 13, 21, 22, -1]);
  assertEquals(run.accuracies().map((row) => row.afterTask), [1]);
  assertEquals(run.predictions().length, 1);
  assertEquals(run.spectra().length, 1);
  assertEquals(run.record.started, sampleRecord().started);
  assertEquals(run.taskNames, ["a", "b", "c"]);
});

Deno.test("a run that is there is neither overwritten nor mixed up by accident", () => {
  using folder = temporaryFolder();
  openRunWriter(folder.path, sampleRecord()).finish("finished");
  assertThrows(() => openRunWriter(folder.path, sampleRecord()), Error, "holds run 0123456789ab (finished)");
  const other = sampleRecord({ runId: "other" });
  const position = { task: 1, stepsDone: 0 };
  assertThrows(
    () => openRunWriter(folder.path, other, { resumeFrom: position }),
    Error,
    "another configuration",
  );
  assertThrows(
    () => openRunWriter(`${folder.path}/new`, other, { resumeFrom: position }),
    Error,
    "there is no run",
  );
  assertEquals(openRun(folder.path).record.status, "finished");
  const writer = openRunWriter(folder.path, other, { replace: true });
  writer.finish("finished");
  assertEquals(openRun(folder.path).record.runId, "other");
});

Deno.test("a run has one writer at a time", () => {
  using folder = temporaryFolder();
  {
    using _first = openRunWriter(folder.path, sampleRecord());
    assertThrows(
      () => openRunWriter(folder.path, sampleRecord(), { replace: true }),
      Error,
      "another process is writing it",
    );
  }
  openRunWriter(folder.path, sampleRecord(), { replace: true }).finish("finished");
});

Deno.test("rows that do not fit their columns are refused and leave the table as it was", () => {
  using folder = temporaryFolder();
  const writer = openRunWriter(folder.path, sampleRecord());
  const metric = { task: 1, step: 1, metric: "loss", value: 1 };
  assertThrows(
    () => writer.metric({ ...metric, task: 40_000 }),
    RangeError,
    "task 40000: an integer from 0 to 32767",
  );
  assertThrows(() => writer.metric({ ...metric, step: 0.5 }), RangeError, "step 0.5");
  assertThrows(
    () => writer.metric({ ...metric, value: null as unknown as number }),
    TypeError,
    "null as loss",
  );
  assertThrows(
    () => writer.accuracy({ afterTask: 1, task: 1, correct: 5, total: 4 }),
    RangeError,
    "correct 5",
  );
  writer.metric(metric);
  assertThrows(() => writer.finish("running"), RangeError, "say how it ended");
  writer.finish("finished");
  assertThrows(() => writer.metric(metric), Error, "its writer is closed");
  assertThrows(() => writer.finish("finished"), Error, "its writer is closed");
  assertEquals(openRun(folder.path).metrics(), [metric]);
});

Deno.test("runs are listed oldest first; what is none is told", () => {
  using folder = temporaryFolder();
  for (const [name, year] of [["x", 2024], ["y", 2022], ["z", 2023]] as const) {
    const record = sampleRecord({ runId: name, started: new Date(Date.UTC(year, 0)) });
    openRunWriter(`${folder.path}/${name}`, record).finish("finished");
  }
  Deno.mkdirSync(`${folder.path}/empty`);
  Deno.writeTextFileSync(`${folder.path}/note.txt`, "no run");
  assertEquals(listRuns(folder.path).map((run) => run.record.runId), ["y", "z", "x"]);
  assertEquals(listRuns(`${folder.path}/x`).map((run) => run.record.runId), ["x"]);
  assertThrows(() => listRuns(`${folder.path}/missing`), Error, "there is no such folder");
  assertThrows(() => listRuns(`${folder.path}/note.txt`), Error, "Cannot list the runs");
  assertThrows(() => openRun(`${folder.path}/empty`), Error, "holds no runs.arrow");
  Deno.truncateSync(`${folder.path}/x/metrics.arrow`, 100);
  assertThrows(() => openRun(`${folder.path}/x`).metrics(), Error, "metrics.arrow: it is damaged");
  Deno.removeSync(`${folder.path}/x/metrics.arrow`);
  assertThrows(() => openRun(`${folder.path}/x`).metrics(), Error, "metrics.arrow is not there");
});

Deno.test("run and writer show themselves in a notebook", () => {
  using folder = temporaryFolder();
  const writer = openRunWriter(folder.path, sampleRecord({ label: "<B>" }), { taskNames: ["a"] });
  writer.accuracy({ afterTask: 1, task: 1, correct: 1, total: 4 });
  const display = Symbol.for("Jupyter.display");
  const show = (value: unknown) => (value as Record<symbol, () => Record<string, string>>)[display]();
  assert(show(writer)["text/plain"].endsWith("open"));
  writer.finish("finished");
  assert(show(writer)["text/html"].includes("closed"));
  const shown = show(openRun(folder.path));
  assert(shown["text/plain"].includes("average performance 25.0 %"));
  assert(shown["text/html"].includes("&#60;B&#62;"));
});

Deno.test("a run counts as finished once all its files are there", () => {
  using folder = temporaryFolder();
  const writer = openRunWriter(folder.path, sampleRecord());
  writer.metric({ task: 1, step: 1, metric: "loss", value: 1 });
  Deno.mkdirSync(`${folder.path}/runs.arrow`);
  assertThrows(() => writer.finish("finished"), Error, "runs.arrow");
  writer[Symbol.dispose]();
  const run = openRun(folder.path);
  assertEquals([run.record.status, run.metrics("loss").length], ["running", 1]);
});
