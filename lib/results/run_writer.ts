/** Writing a run while it goes on. @module */
import { writeError } from "../files/atomic_file.ts";
import { displaySymbol, escapeHtml, type RichDisplay } from "../display/rich_display.ts";
import { RunLock } from "./run_lock.ts";
import type {
  AccuracyRow,
  MetricRow,
  PredictionRow,
  RowCounts,
  RunPosition,
  RunRecord,
  SpectrumRow,
} from "./run_record.ts";
import type { RunRow } from "./row_forms.ts";
import { removeTables, RunTables } from "./run_tables.ts";
import { readTable, tableRows } from "./table_reader.ts";

/** Takes what a run records. Rows wait in memory and go to the disk in batches; nothing is awaited. */
export interface RunWriter extends Disposable {
  /** Where the run is written. */
  readonly folder: string;
  /** Records a number. @throws {RangeError} {TypeError} when a value does not fit its column */
  metric(row: MetricRow): void;
  /** Records how many answers were right. */
  accuracy(row: AccuracyRow): void;
  /** Records an answer. */
  prediction(row: PredictionRow): void;
  /** Records a spectrum. */
  spectrum(row: SpectrumRow): void;
  /** Rows of each table so far. */
  readonly rows: RowCounts;
  /**
   * Writes every waiting row; it also happens every two seconds.
   *
   * @param options.sync whether to wait until they are on the disk, where they outlive a power cut: at checkpoints
   */
  flush(options?: { readonly sync?: boolean }): void;
  /** Ends the run: its streams become files. */
  finish(status: RunRecord["status"]): void;
  /** Closes the streams. Without {@linkcode RunWriter.finish} before, the run counts as interrupted. */
  [Symbol.dispose](): void;
}

/** How to start a {@linkcode RunWriter}. */
export interface RunWriterOptions {
  /** In the order of training. */
  readonly taskNames?: readonly string[];
  /** Continue the run that is there: keep its rows up to this point. */
  readonly resumeFrom?: RunPosition;
  /** Begin again where a run is there already, forgetting it. */
  readonly replace?: boolean;
  /** How long rows may wait, in seconds. */
  readonly flushSeconds?: number;
}

/**
 * Starts the record of a run in `folder`, which is made where it is missing.
 *
 * Each table is an append-only Arrow stream (`metrics.arrows`) while the run goes on, whose complete batches
 * survive a crash. {@linkcode RunWriter.finish} turns them into files (`metrics.arrow`).
 *
 * @param folder such as `runs/<runId>`
 * @param record the run; its status is set to running, its end to null
 * @throws {Error} one sentence when the folder holds a run already and neither `resumeFrom` nor `replace` is
 * given, when another process writes it, or when the folder cannot be written
 *
 * @example Record a loss and read it back
 * ```ts
 * import { openRun, openRunWriter } from "gorp";
 * const folder = Deno.makeTempDirSync();
 * const writer = openRunWriter(folder, {
 *   runId: "example", method: "GORP", variant: "B", profile: "aligned", label: "B", seed: 1, suite: "none",
 *   model: "none", status: "running", started: new Date(), ended: null, device: "none", config: {},
 * });
 * writer.metric({ task: 1, step: 1, metric: "loss", value: 0.5 });
 * writer.finish("finished");
 * const [row] = openRun(folder).metrics("loss");
 * if (row.value !== 0.5) throw new Error("not what was written");
 * ```
 */
export function openRunWriter(folder: string, record: RunRecord, options: RunWriterOptions = {}): RunWriter {
  return new StreamingRunWriter(folder, record, options);
}

class StreamingRunWriter implements RunWriter {
  readonly folder: string;
  readonly #row: RunRow;
  readonly #tables: RunTables;
  readonly #lock: RunLock;
  readonly #flushMilliseconds: number;
  #lastFlush = performance.now();
  #isOpen = true;
  #hasFailed = false;

  constructor(folder: string, record: RunRecord, options: RunWriterOptions) {
    this.folder = folder;
    this.#flushMilliseconds = 1000 * (options.flushSeconds ?? 2);
    makeFolder(folder);
    using opened = new DisposableStack();
    this.#lock = opened.use(new RunLock(folder));
    if (options.replace) removeTables(folder);
    const previous = tableRows(readTable(folder, "runs"), "runs").at(-1);
    checkPrevious(folder, { record, previous, resumeFrom: options.resumeFrom });
    const started = previous?.record.started ?? record.started;
    this.#row = {
      record: { ...record, status: "running", started, ended: null },
      taskNames: options.taskNames ?? previous?.taskNames ?? [],
    };
    this.#tables = opened.use(new RunTables(folder, record.runId, options.resumeFrom ?? NOTHING));
    this.#tables.runs.append(this.#row);
    this.#tables.flush();
    opened.move();
  }

  metric(row: MetricRow): void {
    this.#tables.metrics.append(row);
    this.#flushWhenDue();
  }

  accuracy(row: AccuracyRow): void {
    this.#tables.accuracy.append(row);
    this.#flushWhenDue();
  }

  prediction(row: PredictionRow): void {
    this.#tables.predictions.append(row);
    this.#flushWhenDue();
  }

  spectrum(row: SpectrumRow): void {
    this.#tables.spectra.append(row);
    this.#flushWhenDue();
  }

  get rows(): RowCounts {
    return this.#tables.rows;
  }

  flush({ sync = false }: { readonly sync?: boolean } = {}): void {
    if (!this.#isOpen) throw new Error(`Cannot write run ${this.#row.record.runId}: its writer is closed.`);
    this.#lastFlush = performance.now();
    this.#hasFailed = true;
    this.#tables.flush(sync);
    this.#hasFailed = false;
  }

  finish(status: RunRecord["status"]): void {
    if (status === "running") throw new RangeError("Cannot finish a run as running: say how it ended.");
    this.flush();
    this.#tables.runs.append({ ...this.#row, record: { ...this.#row.record, status, ended: new Date() } });
    this.#tables.writeFiles();
    this.#close();
    this.#tables.removeStreams();
  }

  [Symbol.dispose](): void {
    if (!this.#isOpen) return;
    const hadFailed = this.#hasFailed;
    try {
      this.flush();
    } catch (error) {
      if (!hadFailed) throw error; // the first failure has been thrown already
    } finally {
      this.#close();
    }
  }

  [displaySymbol](): RichDisplay {
    const { runId, label, seed } = this.#row.record;
    const state = this.#isOpen ? "open" : "closed";
    const text = `Writer of run ${runId} (${label}, seed ${seed}) in ${this.folder}, ${state}`;
    return { "text/plain": text, "text/html": `<p>${escapeHtml(text)}</p>` };
  }

  #flushWhenDue(): void {
    if (!this.#isOpen || performance.now() - this.#lastFlush > this.#flushMilliseconds) this.flush();
  }

  #close(): void {
    this.#isOpen = false;
    this.#tables[Symbol.dispose]();
    this.#lock[Symbol.dispose]();
  }
}

/** Before every row. */
const NOTHING: RunPosition = { task: 0, stepsDone: -1 };

function makeFolder(folder: string): void {
  try {
    Deno.mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw writeError(folder, error);
  }
}

function checkPrevious(
  folder: string,
  { record, previous, resumeFrom }: {
    readonly record: RunRecord;
    readonly previous: RunRow | undefined;
    readonly resumeFrom: RunPosition | undefined;
  },
): void {
  if (previous === undefined) {
    if (resumeFrom === undefined) return;
    throw new Error(`Cannot continue run ${record.runId}: there is no run in ${folder}.`);
  }
  const { runId, status } = previous.record;
  if (resumeFrom === undefined) {
    throw new Error(
      `Cannot start run ${record.runId}: ${folder} holds run ${runId} (${status}); continue it with resumeFrom ` +
        "or forget it with replace.",
    );
  }
  if (runId !== record.runId) {
    throw new Error(
      `Cannot continue run ${record.runId}: ${folder} holds run ${runId}, another configuration.`,
    );
  }
}
