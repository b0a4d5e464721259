/** The five tables of a run, written together. @module */
import { removeIfThere } from "../files/atomic_file.ts";
import type { RunPosition } from "./run_record.ts";
import { TABLE_NAMES } from "./schema.ts";
import { filePath, streamPath } from "./table_reader.ts";
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

  /** Appends all waiting rows to the streams. */
  flush(): void {
    for (const table of this.#inOrder) table.flush();
  }

  /** Writes all files, or none where one of them cannot be written. The streams stay. */
  writeFiles(): void {
    try {
      for (const table of this.#inOrder) table.writeFile();
    } catch (error) {
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

/** Removes a run's tables, the runs table first: without it the folder holds no run. */
export function removeTables(folder: string): void {
  for (const name of TABLE_NAMES) {
    removeIfThere(filePath(folder, name));
    removeIfThere(streamPath(folder, name));
  }
}
