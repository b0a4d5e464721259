/** The checkpoints in a run's folder. @module */
import { removeIfThere } from "../files/atomic_file.ts";
import type { RowCounts } from "../results/run_record.ts";
import { countRows } from "../results/run_tables.ts";
import { UnusableCheckpoint } from "./checkpoint.ts";
import { loadCheckpoint, saveCheckpoint, type StoredCheckpoint } from "./checkpoint_file.ts";

/** Writing checkpoints within tasks takes at most this share of a run's time, however large they are. */
const SHARE = 0.02;

/**
 * Two files: the state after the last task that is over and, while another is under way, a state within that. Where
 * the second cannot be used there is still the first.
 */
export class RunCheckpoints {
  readonly #folder: string;
  readonly #afterTask: string;
  readonly #withinTask: string;
  readonly #pause: number;
  #last = performance.now();
  #took = 0;

  /** @param seconds the least between two checkpoints within a task, where no other is asked for; 0 for one a step */
  constructor(folder: string, seconds: number) {
    this.#folder = folder;
    this.#afterTask = `${folder}/checkpoint.safetensors`;
    this.#withinTask = `${folder}/checkpoint-within-task.safetensors`;
    this.#pause = seconds;
  }

  /** Whether it is time for the next one within a task. */
  get isDue(): boolean {
    return this.secondsSince >= Math.max(this.#pause, this.#took / SHARE) || this.#pause === 0;
  }

  /** Since the last one was written, or the run began. */
  get secondsSince(): number {
    return (performance.now() - this.#last) / 1000;
  }

  /** What there is to go on from, the latest first, each read when it is asked for; null, the beginning, at last. */
  *starts(): Generator<StoredCheckpoint | UnusableCheckpoint | null, void> {
    for (const path of [this.#withinTask, this.#afterTask]) {
      const found = this.#load(path);
      if (found) yield found;
    }
    yield null;
  }

  /** Writes a checkpoint. One within a task stays until that is over. */
  save(stored: StoredCheckpoint): void {
    const started = performance.now();
    const { within } = stored.checkpoint;
    saveCheckpoint(within ? this.#withinTask : this.#afterTask, stored);
    if (!within) removeIfThere(this.#withinTask);
    this.#last = performance.now();
    this.#took = (this.#last - started) / 1000;
  }

  /** Removes what lies behind the point where a run begins: it must not be taken for this attempt's. */
  beginAt(from: StoredCheckpoint | null): void {
    if (!from?.checkpoint.within) removeIfThere(this.#withinTask);
    if (!from) removeIfThere(this.#afterTask);
  }

  #load(path: string): StoredCheckpoint | UnusableCheckpoint | null {
    try {
      const stored = loadCheckpoint(path);
      if (stored?.recorded) this.#requireRows(stored.recorded.rows);
      return stored;
    } catch (error) {
      if (error instanceof UnusableCheckpoint) return error;
      throw error;
    }
  }

  /** A power cut can leave a checkpoint without all the rows that were recorded before it. */
  #requireRows(rows: RowCounts): void {
    const there = countRows(this.#folder);
    for (const name of Object.keys(there) as (keyof RowCounts)[]) {
      const lost = rows[name] - there[name];
      if (lost > 0) throw new UnusableCheckpoint(`${lost} rows from before it are lost in the table ${name}`);
    }
  }
}
