/** Rows of one table that wait to be written. @module */
import {
  type DataType,
  Dictionary,
  Float32,
  Float64,
  Int16,
  Int32,
  List,
  makeData,
  RecordBatch,
  type Schema,
  Struct,
  TimestampMillisecond,
  Utf8,
} from "apache-arrow";
import type { Column } from "./column.ts";
import { ListColumn } from "./list_column.ts";
import { NumberColumn, TimestampColumn } from "./number_column.ts";
import { DictionaryColumn, TextColumn } from "./text_column.ts";

/** Collects rows column by column. Adding a row costs well below a microsecond. */
export class TableBuffer {
  readonly #schema: Schema;
  #columns: readonly Column[] = [];
  #rowCount = 0;

  /** An empty table of one of the `tableSchemas`. */
  constructor(schema: Schema) {
    this.#schema = schema;
    this.clear();
  }

  /** Rows added since the last {@linkcode TableBuffer.clear}. */
  get rowCount(): number {
    return this.#rowCount;
  }

  /** Adds a row: one value for each field of the schema, in its order. */
  append(values: readonly unknown[]): void {
    for (let i = 0; i < this.#columns.length; i++) this.#columns[i].push(values[i]);
    this.#rowCount++;
  }

  /** The rows as one record batch, which shares the table's schema object. The rows stay. */
  toBatch(): RecordBatch {
    const type = new Struct(this.#schema.fields);
    const children = this.#columns.map((column) => column.toData());
    return new RecordBatch(this.#schema, makeData({ type, length: this.#rowCount, nullCount: 0, children }));
  }

  /** Forgets all rows. */
  clear(): void {
    this.#columns = this.#schema.fields.map((field) => emptyColumn(field.type));
    this.#rowCount = 0;
  }
}

function emptyColumn(type: DataType): Column {
  if (type instanceof Dictionary) return new DictionaryColumn(type);
  if (type instanceof Utf8) return new TextColumn();
  if (type instanceof List) return new ListColumn(type, emptyColumn(type.children[0].type));
  if (type instanceof TimestampMillisecond) return new TimestampColumn(type);
  if (
    type instanceof Int16 || type instanceof Int32 || type instanceof Float32 || type instanceof Float64
  ) return new NumberColumn(type);
  throw new TypeError(`Cannot make a column of type ${type}: no table has one.`);
}
