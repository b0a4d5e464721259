/** Reading one table of a run, finished or not. @module */
import { type RecordBatch, Vector } from "apache-arrow";
import { completeLength, decodeBatches } from "./arrow_format.ts";
import { rowForms, type TableRows } from "./row_forms.ts";
import { SCHEMA_VERSION, type TableName, tableSchemas } from "./schema.ts";

/** What was found of a table. */
export interface TableContents {
  /** `file` once the run has ended, `stream` before, `none` where neither is there. */
  readonly source: "file" | "stream" | "none";
  /** The complete batches. */
  readonly batches: readonly RecordBatch[];
  /** Bytes of an incomplete batch behind them. */
  readonly lostBytes: number;
}

/** The path of a table's finished file. */
export function filePath(folder: string, name: TableName): string {
  return `${folder}/${name}.arrow`;
}

/** The path of a table's stream, there while a run has not ended. */
export function streamPath(folder: string, name: TableName): string {
  return `${folder}/${name}.arrows`;
}

/**
 * Reads the finished file of a table, or else the complete batches of its stream.
 *
 * @throws {Error} one sentence when a finished file is damaged, or written by a newer version
 */
export function readTable(folder: string, name: TableName): TableContents {
  const finished = readIfThere(filePath(folder, name));
  if (finished !== null) {
    const batches = decode(finished, filePath(folder, name), name);
    return { source: "file", batches, lostBytes: 0 };
  }
  const stream = readIfThere(streamPath(folder, name));
  if (stream === null) return { source: "none", batches: [], lostBytes: 0 };
  const completeBytes = completeLength(stream);
  const batches = decode(stream.subarray(0, completeBytes), streamPath(folder, name), name);
  return { source: "stream", batches, lostBytes: stream.length - completeBytes };
}

/** The values of a table's rows, each row in the order of the schema. */
export function* rowValues(batches: readonly RecordBatch[], name: TableName): Generator<unknown[]> {
  const columnNames = tableSchemas[name].fields.map((field) => field.name);
  for (const batch of batches) {
    const columns = columnNames.map((column) => batch.getChild(column) as Vector);
    for (let i = 0; i < batch.numRows; i++) yield columns.map((column) => plain(column.get(i)));
  }
}

/** The rows of a table as objects. */
export function tableRows<Name extends TableName>(contents: TableContents, name: Name): TableRows[Name][] {
  const rows: TableRows[Name][] = [];
  for (const values of rowValues(contents.batches, name)) rows.push(rowForms[name].toRow(values));
  return rows;
}

/** Lists as typed arrays or arrays. */
function plain(value: unknown): unknown {
  return value instanceof Vector ? value.toArray() : value;
}

function readIfThere(path: string): Uint8Array | null {
  try {
    return Deno.readFileSync(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return null;
    throw new Error(`Cannot read ${path}: ${(cause as Error).message}.`, { cause });
  }
}

function decode(bytes: Uint8Array, path: string, name: TableName): RecordBatch[] {
  let batches: RecordBatch[];
  try {
    batches = decodeBatches(bytes);
  } catch (cause) {
    throw new Deno.errors.InvalidData(`Cannot read ${path}: it is damaged or no Arrow data.`, { cause });
  }
  for (const { schema } of batches) {
    const version = Number(schema.metadata.get("gorp.version") ?? SCHEMA_VERSION);
    if (version > SCHEMA_VERSION) {
      throw new Deno.errors.InvalidData(
        `Cannot read ${path}: it has version ${version} of the tables, this program reads up to ` +
          `${SCHEMA_VERSION}; use a newer one.`,
      );
    }
    const missing = tableSchemas[name].fields.find((field) => !schema.names.includes(field.name));
    if (missing) {
      throw new Deno.errors.InvalidData(
        `Cannot read ${path}: the table ${name} needs a column ${missing.name}.`,
      );
    }
  }
  return batches;
}
