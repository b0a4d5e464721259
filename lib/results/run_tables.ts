/** The five tables of a run, written together. @module */
import { removeIfThere } from "../files/atomic_file.ts";
import type { RowCounts, RunPosition } from "./run_record.ts";
import { TABLE_NAMES } from "./schema.ts";
import { filePath, readTable, streamPath } from "./table_reader.ts";
import { TableWriter } from "./table_writer.ts";

/** A writer for each table. */
export class RunTables implements Disposable {
  /** Numbers by step. */
  readonly metrics: TableWriter<"metrics">;
  /** Accuracies by task. */
  readonly accuracy: TableWriter<"accuracy">;
  /** Answers by example. */
  readonly predictions: TableWriter<"predictions">;
  /** Spectra by task and layer. */
  readonly spectra: TableWriter<"spectra">;
  /** The run itself. */
  readonly runs: TableWriter<"runs">;
  /** The runs table last: once its file is there, so are the others. */
  readonly #inOrder: readonly TableWriter<typeof TABLE_NAMES[number]>[];
  readonly #folder: string;

  /** Starts all streams with the rows that are there already and lie before `keepUpTo`. */
  constructor(folder: string, runId: string, keepUpTo: RunPosition) {
    const options = { runId, keepUpTo };
    this.#folder = folder;
    using opened = new DisposableStack();
    this.metrics = opened.use(new TableWriter(folder, "metrics", options));
    this.accuracy = opened.use(new TableWriter(folder, "accuracy", options));
    this.predictions = opened.use(new TableWriter(folder, "predictions", options));
    this.spectra = opened.use(new TableWriter(folder, "spectra", options));
    this.runs = opened.use(new TableWriter(folder, "runs", options));
    opened.move();
    this.#inOrder = [this.metrics, this.accuracy, this.predictions, this.spectra, this.runs];
  }

  /** Rows of each table so far, waiting ones included. */
  get rows(): RowCounts {
    return countEach((name) => this[name].rows);
  }

  /** Appends all waiting rows to the streams; with `sync` waits until they are on the disk. */
  flush(sync = false): void {
    for (const table of this.#inOrder) table.flush(sync);
  }

  /**
   * Writes all files, or none where one of them cannot be written. The streams stay as they are: rows of the runs table
   * that wait, such as that of its end, count once all files are there.
   */
  writeFiles(): void {
    try {
      for (const table of this.#inOrder) table.writeFile();
    } catch (error) {
      this.runs.discard();
      for (const name of TABLE_NAMES) removeIfThere(filePath(this.#folder, name));
      throw error;
    }
  }

  /** Removes the streams, once the files are there. */
  removeStreams(): void {
    for (const name of TABLE_NAMES) removeIfThere(streamPath(this.#folder, name));
  }

  /** Closes the streams. */
  [Symbol.dispose](): void {
    for (const table of this.#inOrder) table[Symbol.dispose]();
  }
}

/** Rows of each table in a run's folder. */
export function countRows(folder: string): RowCounts {
  return countEach((name) => readTable(folder, name).batches.reduce((sum, { numRows }) => sum + numRows, 0));
}

function countEach(count: (name: keyof RowCounts) => number): RowCounts {
  return {
    metrics: count("metrics"),
    accuracy: count("accuracy"),
    predictions: count("predictions"),
    spectra: count("spectra"),
  };
}

/** Removes a run's tables, the runs table first: without it the folder holds no run. */
export function removeTables(folder: string): void {
  for (const name of TABLE_NAMES) {
    removeIfThere(filePath(folder, name));
    removeIfThere(streamPath(folder, name));
  }
}
