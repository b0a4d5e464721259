/**
 * Where rows as objects and rows as column values meet: for each table, how to go from one to the other.
 *
 * @module
 */
import { canonicalJson } from "./configuration_hash.ts";
import type {
  AccuracyRow,
  MetricRow,
  PredictionRow,
  RunPosition,
  RunRecord,
  RunStatus,
  SpectrumRow,
} from "./run_record.ts";
import type { TableName } from "./schema.ts";

/** A row of the runs table. */
export interface RunRow {
  /** What the run is. */
  readonly record: RunRecord;
  /** In the order of training. */
  readonly taskNames: readonly string[];
}

/** The row object of each table. */
export interface TableRows {
  /** One, or several where the run was continued: the last holds. */
  runs: RunRow;
  /** One a number. */
  metrics: MetricRow;
  /** One a task and evaluation. */
  accuracy: AccuracyRow;
  /** One a test example and evaluation. */
  predictions: PredictionRow;
  /** One a matrix and task. */
  spectra: SpectrumRow;
}

/** How the rows of one table are stored. */
export interface RowForm<Row> {
  /** Checks a row; gives its values in the order of the schema. */
  toValues(runId: string, row: Row): readonly unknown[];
  /** The row from the values of its columns, in the order of the schema. */
  toRow(values: readonly unknown[]): Row;
  /** Whether a row was recorded before a position: such rows stay when a run is resumed there. */
  isBefore(row: Row, position: RunPosition): boolean;
}

/** The form of each table's rows. */
export const rowForms: { readonly [Name in TableName]: RowForm<TableRows[Name]> } = {
  runs: {
    toValues(runId, { record, taskNames }) {
      const { method, variant, profile, label, suite, model, status, device } = record;
      const seed = integer(record.seed, "seed", -(2 ** 31), INT32);
      const started = time(record.started, "start");
      const ended = record.ended === null ? null : time(record.ended, "end");
      const texts = [method, variant, profile, label];
      const config = canonicalJson(record.config);
      return [runId, ...texts, seed, suite, model, status, started, ended, device, config, taskNames];
    },
    toRow([runId, method, variant, profile, label, seed, suite, model, status, ...rest]) {
      const [started, ended, device, config, tasks] = rest;
      return {
        record: {
          runId: runId as string,
          method: method as string,
          variant: variant as string,
          profile: profile as string,
          label: label as string,
          seed: Number(seed),
          suite: suite as string,
          model: model as string,
          status: status as RunStatus,
          started: new Date(Number(started)),
          ended: ended === null ? null : new Date(Number(ended)),
          device: device as string,
          config: JSON.parse(config as string),
        },
        taskNames: [...tasks as readonly string[]],
      };
    },
    isBefore: () => true,
  },
  metrics: {
    toValues(runId, { task, step, metric, value }) {
      integer(task, "task", 0, INT16);
      integer(step, "step", 0, INT32);
      return [runId, task, step, metric, number(value, metric)];
    },
    toRow: ([, task, step, metric, value]) => ({
      task: Number(task),
      step: Number(step),
      metric: metric as string,
      value: Number(value),
    }),
    isBefore: (row, { task, stepsDone }) => row.task < task || row.task === task && row.step <= stepsDone,
  },
  accuracy: {
    toValues(runId, { afterTask, task, correct, total }) {
      integer(afterTask, "afterTask", 0, INT16);
      integer(task, "task", 0, INT16);
      integer(total, "total", 0, INT32);
      if (Number.isNaN(correct)) return [runId, afterTask, task, null, total, NaN];
      integer(correct, "correct", 0, total);
      return [runId, afterTask, task, correct, total, total === 0 ? null : correct / total];
    },
    toRow: ([, afterTask, task, correct, total]) => ({
      afterTask: Number(afterTask),
      task: Number(task),
      correct: correct === null ? NaN : Number(correct),
      total: Number(total),
    }),
    isBefore: (row, position) => row.afterTask < position.task,
  },
  predictions: {
    toValues(runId, { afterTask, task, example, prediction, label, score }) {
      integer(afterTask, "afterTask", 0, INT16);
      integer(task, "task", 0, INT16);
      integer(example, "example", 0, INT32);
      if (score !== null) number(score, "score");
      return [runId, afterTask, task, example, prediction, label, score];
    },
    toRow: ([, afterTask, task, example, prediction, label, score]) => ({
      afterTask: Number(afterTask),
      task: Number(task),
      example: Number(example),
      prediction: prediction as string,
      label: label as string,
      score: score === null ? null : Number(score),
    }),
    isBefore: (row, position) => row.afterTask < position.task,
  },
  spectra: {
    toValues: (runId, { task, layer, kind, values }) => {
      return [runId, integer(task, "task", 0, INT16), layer, kind, values];
    },
    toRow: ([, task, layer, kind, values]) => ({
      task: Number(task),
      layer: layer as string,
      kind: kind as string,
      values: Float32Array.from(values as Float32Array),
    }),
    isBefore: (row, position) => row.task < position.task,
  },
};

const INT16 = 2 ** 15 - 1;
const INT32 = 2 ** 31 - 1;

function integer(value: number, name: string, low: number, high: number): number {
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw new RangeError(`Cannot record ${name} ${value}: an integer from ${low} to ${high} is required.`);
}

function number(value: unknown, name: string): number {
  if (typeof value === "number") return value;
  throw new TypeError(`Cannot record ${value} as ${name}: a number is required.`);
}

function time(date: Date, name: string): number {
  const milliseconds = date.getTime();
  if (!Number.isNaN(milliseconds)) return milliseconds;
  throw new RangeError(`Cannot record the ${name} of the run: the date is not valid.`);
}
