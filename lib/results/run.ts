/** A run as it was recorded. @module */
import { displaySymbol, type RichDisplay } from "../display/rich_display.ts";
import { type AccuracyMatrix, accuracyMatrix, sampleCounts, taskScores } from "./accuracy_matrix.ts";
import type { TableRows } from "./row_forms.ts";
import { runDisplay } from "./run_display.ts";
import { isBeingWritten } from "./run_lock.ts";
import type { AccuracyRow, MetricRow, PredictionRow, RunRecord, SpectrumRow } from "./run_record.ts";
import { TABLE_NAMES, type TableName } from "./schema.ts";
import { readTable, type TableContents, tableRows } from "./table_reader.ts";

/** A recorded run, finished or not. Tables are read when they are first asked for. Made by `openRun`. */
export class Run {
  /** Where it is kept. */
  readonly folder: string;
  /** What it is and how it ended. */
  readonly record: RunRecord;
  /** The tasks in the order of training; empty where they were not recorded. */
  readonly taskNames: readonly string[];
  readonly #contents = new Map<TableName, TableContents>();
  readonly #rows = new Map<TableName, unknown>();

  /** Reads the record of the run. @throws {Error} one sentence when the folder holds no run or a damaged one */
  constructor(folder: string) {
    this.folder = folder;
    const last = this.#read("runs").at(-1);
    if (last === undefined) {
      throw new Deno.errors.InvalidData(
        `Cannot open a run in ${folder}: it holds no runs.arrow and no readable runs.arrows.`,
      );
    }
    this.record = last.record;
    this.taskNames = last.taskNames;
  }

  /** The number of tasks: of the names, or else the largest that was tested. */
  get taskCount(): number {
    const tested = this.accuracies().reduce((largest, row) => Math.max(largest, row.task, row.afterTask), 0);
    return Math.max(this.taskNames.length, tested);
  }

  /** What is missing from a run that did not come to its end, in a sentence; null for one that did. */
  get incomplete(): string | null {
    const { runId, status } = this.record;
    const sources = TABLE_NAMES.map((name) => ({ name, ...this.#table(name) }));
    if (sources.every(({ source }) => source !== "stream")) {
      return status === "interrupted"
        ? `Run ${runId} was interrupted; all that it recorded until then is here.`
        : null;
    }
    if (isBeingWritten(this.folder)) {
      return `Run ${runId} is still being written; its last seconds are not here yet.`;
    }
    const torn = sources.filter(({ lostBytes }) => lostBytes > 0)
      .map(({ name, lostBytes }) => `${lostBytes} bytes of an incomplete batch of ${name}`);
    const lost = ["what was recorded in its last seconds", ...torn];
    return `Run ${runId} stopped without ending; complete batches are here, lost may be ${lost.join(", ")}.`;
  }

  /** The rows of one metric, such as "loss", in the order of recording; all rows without a name. */
  metrics(name?: string): readonly MetricRow[] {
    const rows = this.#read("metrics");
    return name === undefined ? rows : rows.filter((row) => row.metric === name);
  }

  /** The names of the metrics that were recorded. */
  metricNames(): string[] {
    return [...new Set(this.#read("metrics").map((row) => row.metric))];
  }

  /** The accuracy rows in the order of recording. */
  accuracies(): readonly AccuracyRow[] {
    return this.#read("accuracy");
  }

  /** Accuracies by tasks trained and task tested, as fractions. */
  accuracyMatrix(): AccuracyMatrix {
    return accuracyMatrix(this.accuracies(), this.taskCount);
  }

  /**
   * Another measure of the same tests by tasks trained and task tested, such as "accuracyAmongLabels": how often the
   * label comes out when only the task's labels may be said.
   */
  taskScores(name: string): AccuracyMatrix {
    return taskScores(this.metrics(), name, this.taskNames);
  }

  /** The number of test examples of each task. */
  sampleCounts(): number[] {
    return sampleCounts(this.accuracies(), this.taskCount);
  }

  /** The spectra in the order of recording. */
  spectra(): readonly SpectrumRow[] {
    return this.#read("spectra");
  }

  /** The model's answers in the order of recording. */
  predictions(): readonly PredictionRow[] {
    return this.#read("predictions");
  }

  /** What it is, its metrics and its accuracy matrix. */
  [displaySymbol](): RichDisplay {
    return runDisplay(this);
  }

  #table(name: TableName): TableContents {
    const contents = this.#contents.get(name) ?? readTable(this.folder, name);
    this.#contents.set(name, contents);
    return contents;
  }

  #read<Name extends TableName>(name: Name): readonly TableRows[Name][] {
    const known = this.#rows.get(name) as readonly TableRows[Name][] | undefined;
    if (known !== undefined) return known;
    const contents = this.#table(name);
    if (contents.source === "none" && name !== "runs") {
      throw new Deno.errors.InvalidData(
        `Cannot read the ${name} of the run in ${this.folder}: ${name}.arrow is not there.`,
      );
    }
    const rows = tableRows(contents, name);
    this.#rows.set(name, rows);
    return rows;
  }
}
