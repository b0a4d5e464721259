/** Runs for the tests of the results layer. @module */
import fc from "fast-check";
import type {
  AccuracyRow,
  MetricRow,
  PredictionRow,
  RunRecord,
  SpectrumRow,
} from "../../lib/results/run_record.ts";
import type { RunWriter } from "../../lib/results/run_writer.ts";

/** A record with the given fields, the others plausible. */
export function sampleRecord(fields: Partial<RunRecord> = {}): RunRecord {
  return {
    runId: "0123456789ab",
    method: "GORP",
    variant: "B+L",
    profile: "aligned",
    label: "B+L",
    seed: 1,
    suite: "letters, order 1",
    model: "tiny-t5",
    status: "running",
    started: new Date(Date.UTC(2025, 0, 2, 3, 4, 5, 678)),
    ended: null,
    device: "software",
    config: { variant: "B+L", seed: 1, tasks: ["a", "b"], rate: 1e-3, nested: { on: true, off: null } },
    ...fields,
  };
}

/** A folder that is removed at the end of the scope. */
export function temporaryFolder(): { readonly path: string } & Disposable {
  const path = Deno.makeTempDirSync({ prefix: "gorp-results-" });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

/** All rows of a run. */
export interface Rows {
  readonly metrics: readonly MetricRow[];
  readonly accuracy: readonly AccuracyRow[];
  readonly predictions: readonly PredictionRow[];
  readonly spectra: readonly SpectrumRow[];
}

/** Hands all rows to a writer. */
export function writeRows(writer: RunWriter, rows: Rows): void {
  rows.metrics.forEach((row) => writer.metric(row));
  rows.accuracy.forEach((row) => writer.accuracy(row));
  rows.predictions.forEach((row) => writer.prediction(row));
  rows.spectra.forEach((row) => writer.spectrum(row));
}

const text = fc.string({ unit: "binary", maxLength: 12 }).map((value) => value.toWellFormed());
/** Plain objects, as a program makes them. */
const PLAIN = { noNullPrototype: true };
const task = fc.integer({ min: 0, max: 2 ** 15 - 1 });
const step = fc.integer({ min: 0, max: 2 ** 31 - 1 });

/** Any rows that a run may record. */
export const anyRows: fc.Arbitrary<Rows> = fc.record({
  metrics: fc.array(fc.record({ task, step, metric: text, value: fc.double() }, PLAIN)),
  accuracy: fc.array(
    fc.tuple(task, task, step, fc.option(fc.nat(), { nil: NaN })).map((
      [afterTask, task, total, correct],
    ) => ({
      afterTask,
      task,
      correct: Math.min(correct, total),
      total,
    })),
  ),
  predictions: fc.array(fc.record({
    afterTask: task,
    task,
    example: step,
    prediction: text,
    label: text,
    score: fc.option(fc.double()),
  }, PLAIN)),
  spectra: fc.array(fc.record({
    task,
    layer: text,
    kind: fc.constantFrom("first-moment", "covariance", "gradient"),
    values: fc.float32Array({ maxLength: 20 }),
  }, PLAIN)),
}, PLAIN);
