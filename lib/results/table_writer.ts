/** Writing one table of a run. @module */
import { encodeFile, encodeStreamBatch, encodeStreamStart } from "./arrow_format.ts";
import { removeIfThere, writeFileAtomically } from "../files/atomic_file.ts";
import { rowForms, type TableRows } from "./row_forms.ts";
import type { RunPosition } from "./run_record.ts";
import { type TableName, tableSchemas } from "./schema.ts";
import { StreamFile } from "./stream_file.ts";
import { TableBuffer } from "./table_buffer.ts";
import { filePath, readTable, rowValues, streamPath } from "./table_reader.ts";

/** Buffers the rows of a table, appends them batch by batch to its stream, makes a file of it at the end. */
export class TableWriter<Name extends TableName> implements Disposable {
  readonly #folder: string;
  readonly #name: Name;
  readonly #runId: string;
  readonly #buffer: TableBuffer;
  readonly #stream: StreamFile;
  #rows = 0;

  /** Starts the stream of a table with the rows that are there already, as far as they lie before `keepUpTo`. */
  constructor(
    folder: string,
    name: Name,
    options: { readonly runId: string; readonly keepUpTo: RunPosition },
  ) {
    this.#folder = folder;
    this.#name = name;
    this.#runId = options.runId;
    this.#buffer = new TableBuffer(tableSchemas[name]);
    const { keepUpTo } = options;
    const counts: Partial<Record<TableName, number>> = keepUpTo.rows ?? {};
    const count = counts[name];
    let position = 0;
    for (const values of rowValues(readTable(folder, name).batches, name)) {
      const isKept = count === undefined
        ? rowForms[name].isBefore(rowForms[name].toRow(values), keepUpTo)
        : position < count;
      if (isKept) this.#buffer.append(values);
      position += 1;
    }
    this.#rows = this.#buffer.rowCount;
    const start = concatenate([encodeStreamStart(tableSchemas[name]), ...this.#encodedRows()]);
    writeFileAtomically(streamPath(folder, name), start);
    removeIfThere(filePath(folder, name));
    this.#buffer.clear();
    this.#stream = new StreamFile(streamPath(folder, name), start.length);
  }

  /** Rows so far, waiting ones included. */
  get rows(): number {
    return this.#rows;
  }

  /**
   * Adds a row to those that wait.
   *
   * @throws {RangeError} {TypeError} when a value does not fit its column; nothing is added then
   */
  append(row: TableRows[Name]): void {
    this.#buffer.append(rowForms[this.#name].toValues(this.#runId, row));
    this.#rows += 1;
  }

  /**
   * Appends the waiting rows to the stream.
   *
   * @param sync whether to wait until they are on the disk
   * @throws {Error} one sentence when that fails; the rows wait on
   */
  flush(sync = false): void {
    for (const batch of this.#encodedRows()) {
      this.#stream.append(batch);
      this.#buffer.clear();
    }
    if (sync) this.#stream.sync();
  }

  /** Forgets the waiting rows. */
  discard(): void {
    this.#rows -= this.#buffer.rowCount;
    this.#buffer.clear();
  }

  /** Writes the file: all rows in one batch. The stream stays as it is, without the rows that wait. */
  writeFile(): void {
    const whole = new TableBuffer(tableSchemas[this.#name]);
    const batches = [...readTable(this.#folder, this.#name).batches, this.#buffer.toBatch()];
    for (const values of rowValues(batches, this.#name)) whole.append(values);
    writeFileAtomically(filePath(this.#folder, this.#name), encodeFile(whole.toBatch()));
  }

  /** Closes the stream; waiting rows are lost. */
  [Symbol.dispose](): void {
    this.#stream[Symbol.dispose]();
  }

  #encodedRows(): Uint8Array[] {
    return this.#buffer.rowCount === 0 ? [] : [encodeStreamBatch(this.#buffer.toBatch())];
  }
}

function concatenate(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let position = 0;
  for (const piece of pieces) {
    whole.set(piece, position);
    position += piece.length;
  }
  return whole;
}
