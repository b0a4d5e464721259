/** Time spent in each kernel, from GPU timestamps. @module */
import type { PassTimer } from "./command.ts";
import type { Readback } from "./readback.ts";

/** One line of a profile. `milliseconds` is the sum over `count` launches. */
export interface ProfileLine {
  readonly kernel: string;
  readonly count: number;
  readonly milliseconds: number;
}

const CAPACITY = 4096;

/** Collects the start and end of every launch while it is attached to a device. */
export class Profiler {
  readonly #device: GPUDevice;
  readonly #readback: Readback;
  readonly #queries: GPUQuerySet;
  readonly #times: GPUBuffer;
  #names: string[] = [];
  readonly #totals = new Map<string, { count: number; milliseconds: number }>();

  constructor(device: GPUDevice, readback: Readback) {
    if (!device.features.has("timestamp-query")) {
      throw new Error("Profiling needs an adapter with the timestamp-query feature; this one has none.");
    }
    this.#device = device;
    this.#readback = readback;
    this.#queries = device.createQuerySet({ type: "timestamp", count: CAPACITY });
    const usage = GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC;
    this.#times = device.createBuffer({ size: CAPACITY * 8, usage });
  }

  /** Gives each launch its two timestamps; launches beyond the capacity of one submit go untimed. */
  readonly timer: PassTimer = (name) => {
    const first = this.#names.length * 2;
    if (first + 2 > CAPACITY) return undefined;
    this.#names.push(name);
    return { querySet: this.#queries, beginningOfPassWriteIndex: first, endOfPassWriteIndex: first + 1 };
  };

  /** Reads the timestamps of the last submit and adds them up. */
  collect(): void {
    if (this.#names.length === 0) return;
    const count = this.#names.length * 2;
    const encoder = this.#device.createCommandEncoder();
    encoder.resolveQuerySet(this.#queries, 0, count, this.#times, 0);
    this.#device.queue.submit([encoder.finish()]);
    const ticks = new BigUint64Array(this.#readback.read(this.#times, 0, count * 8));
    this.#names.forEach((name, i) => {
      const total = this.#totals.get(name) ?? { count: 0, milliseconds: 0 };
      total.count += 1;
      total.milliseconds += Number(ticks[2 * i + 1] - ticks[2 * i]) / 1e6;
      this.#totals.set(name, total);
    });
    this.#names = [];
  }

  /** The totals so far, slowest kernel first. */
  report(): ProfileLine[] {
    return [...this.#totals].map(([kernel, total]) => ({ kernel, ...total }))
      .sort((a, b) => b.milliseconds - a.milliseconds);
  }
}
