/**
 * The five tables of a run, in long form: one row an observation, so that tables of many runs can be put below
 * one another. Accuracies are fractions from 0 to 1. null means not measured, NaN means diverged.
 *
 * @module
 */
import {
  type DataType,
  Dictionary,
  Field,
  Float32,
  Float64,
  Int16,
  Int32,
  List,
  Schema,
  TimestampMillisecond,
  Utf8,
} from "apache-arrow";

/** Raised whenever a column changes its name, type or meaning. */
export const SCHEMA_VERSION = 1;

/** The tables, the one that describes the run first. Their names are also those of their files. */
export const TABLE_NAMES = ["runs", "metrics", "accuracy", "predictions", "spectra"] as const;

/** The name of a table of a run. */
export type TableName = typeof TABLE_NAMES[number];

const COUNT = "count from 1";
const TASKS_TRAINED = "tasks trained, 0 = before training";

/**
 * The Arrow schema of each table. Its metadata holds `gorp.table` and `gorp.version`; each field's metadata
 * holds `unit` where the column has one.
 *
 * All record batches of a table share its one schema object, without which apache-arrow starts a new stream.
 */
export const tableSchemas: Readonly<Record<TableName, Schema>> = {
  runs: table("runs", [
    field("run_id", names(0)),
    field("method", names(1)),
    field("variant", names(2)),
    field("profile", names(3)),
    field("label", names(4)),
    field("seed", new Int32()),
    field("suite", names(5)),
    field("model", names(6)),
    field("status", names(7)),
    field("started", new TimestampMillisecond("UTC"), "ms since 1970-01-01"),
    optional("ended", new TimestampMillisecond("UTC"), "ms since 1970-01-01"),
    field("device", new Utf8()),
    field("config", new Utf8(), "JSON"),
    field("tasks", new List(field("item", new Utf8()))),
  ]),
  metrics: table("metrics", [
    field("run_id", names(0)),
    field("task", new Int16(), COUNT),
    field("step", new Int32(), "optimizer step of the task, from 1"),
    field("metric", names(1)),
    field("value", new Float64(), "by metric: loss in nats per token, seconds in s, share as a fraction"),
  ]),
  accuracy: table("accuracy", [
    field("run_id", names(0)),
    field("after_task", new Int16(), TASKS_TRAINED),
    field("task", new Int16(), COUNT),
    optional("correct", new Int32(), "examples"),
    field("total", new Int32(), "examples"),
    optional("value", new Float64(), "fraction of 1"),
  ]),
  predictions: table("predictions", [
    field("run_id", names(0)),
    field("after_task", new Int16(), TASKS_TRAINED),
    field("task", new Int16(), COUNT),
    field("example", new Int32(), "position in the test set, from 0"),
    field("prediction", new Utf8()),
    field("label", new Utf8()),
    optional("score", new Float64(), "fraction of 1"),
  ]),
  spectra: table("spectra", [
    field("run_id", names(0)),
    field("task", new Int16(), COUNT),
    field("layer", names(1)),
    field("kind", names(2)),
    field("values", new List(field("item", new Float32())), "in falling order"),
  ]),
};

function table(name: TableName, fields: Field[]): Schema {
  return new Schema(fields, new Map([["gorp.table", name], ["gorp.version", String(SCHEMA_VERSION)]]));
}

function field<T extends DataType>(name: string, type: T, unit?: string): Field<T> {
  return new Field(name, type, false, unit === undefined ? undefined : new Map([["unit", unit]]));
}

function optional<T extends DataType>(name: string, type: T, unit?: string): Field<T> {
  return new Field(name, type, true, unit === undefined ? undefined : new Map([["unit", unit]]));
}

/** Text kept once per batch; `id` tells the dictionaries of a table apart. */
function names(id: number): Dictionary<Utf8, Int32> {
  return new Dictionary(new Utf8(), new Int32(), id);
}
