/** Tables of one's own: records in an Arrow file. @module */
import { type DataType, Dictionary, Field, Float64, Int32, Schema, Utf8 } from "apache-arrow";
import { decodeBatches, encodeFile } from "./arrow_format.ts";
import { writeFileAtomically } from "../files/atomic_file.ts";
import { escapeHtml, type RichDisplay } from "../display/rich_display.ts";
import { TableBuffer } from "./table_buffer.ts";

/** One row: numbers and texts under the names of the columns. null stands for a number that was not measured. */
export type TableRecord = Readonly<Record<string, number | string | null>>;

/** A table that was written. */
export interface StoredRecords {
  readonly path: string;
  readonly rows: number;
  /** Their names. */
  readonly columns: readonly string[];
}

/**
 * Writes records as one uncompressed Arrow file, which pandas, polars, DuckDB and pyarrow read; the folder is made
 * where it is missing. Numbers become float64, texts a dictionary.
 *
 * @param path such as `runs/spectra.arrow`
 * @param records all with the same names; a column holds numbers or texts, not both
 * @returns where they are, for a notebook to show
 * @throws {RangeError} when there are no records or they differ in their columns
 * @throws {Error} one sentence when the file cannot be written
 *
 * @example Keep a small table, and read it again
 * ```ts
 * import { readRecords, writeRecords } from "gorp";
 * const path = `${Deno.makeTempDirSync()}/ranks.arrow`;
 * writeRecords(path, [{ layer: "q", rank: 3 }, { layer: "v", rank: 5 }]);
 * console.log(readRecords(path));
 * ```
 */
export function writeRecords(path: string, records: readonly TableRecord[]): StoredRecords {
  if (records.length === 0) throw new RangeError(`Cannot write ${path}: there are no records.`);
  const names = Object.keys(records[0]);
  const schema = new Schema(names.map((name, i) => column(path, name, { id: i, records })));
  const table = new TableBuffer(schema);
  for (const record of records) table.append(names.map((name) => record[name]));
  const folder = path.replace(/[^/\\]*$/, "");
  if (folder !== "") Deno.mkdirSync(folder, { recursive: true });
  writeFileAtomically(path, encodeFile(table.toBatch()));
  return { path, rows: records.length, columns: names, [Symbol.for("Jupyter.display")]: display };
}

function display(this: StoredRecords): RichDisplay {
  const { path, rows, columns } = this;
  const text = `${rows} rows of ${columns.join(", ")} in ${path}`;
  return { "text/plain": text, "text/html": `<p>${escapeHtml(text)}</p>` };
}

/**
 * The records of an Arrow file of numbers and texts, such as {@linkcode writeRecords} writes.
 *
 * @throws {Error} one sentence when there is no such file or it is no Arrow file
 */
export function readRecords(path: string): TableRecord[] {
  let bytes: Uint8Array;
  try {
    bytes = Deno.readFileSync(path);
  } catch (cause) {
    throw new Error(`Cannot read the records in ${path}: ${(cause as Error).message}.`, { cause });
  }
  try {
    return decodeBatches(bytes).flatMap((batch) => batch.toArray().map((row) => ({ ...row?.toJSON() })));
  } catch (cause) {
    throw new Deno.errors.InvalidData(`Cannot read ${path}: it is damaged or no Arrow data.`, { cause });
  }
}

function column(
  path: string,
  name: string,
  { id, records }: { readonly id: number; readonly records: readonly TableRecord[] },
): Field<DataType> {
  const isText = typeof records[0][name] === "string";
  const other = records.findIndex((record) => {
    const value = record[name];
    return isText ? typeof value !== "string" : value !== null && typeof value !== "number";
  });
  const uneven = records.findIndex((record) => Object.keys(record).length !== Object.keys(records[0]).length);
  if (other >= 0 || uneven >= 0) {
    throw new RangeError(
      `Cannot write ${path}: record ${Math.max(other, uneven) + 1} does not have the columns of the first` +
        (other >= 0 ? `, whose "${name}" is a ${isText ? "text" : "number"}.` : "."),
    );
  }
  return isText
    ? new Field(name, new Dictionary(new Utf8(), new Int32(), id), false)
    : new Field(name, new Float64(), true);
}
