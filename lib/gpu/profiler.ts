/** Time spent in each kernel, from GPU timestamps. @module */
import type { DispatchCommand, PassTimer } from "./command.ts";
import type { Readback } from "./readback.ts";

/** One line of a profile: the launches of one kernel with one grid. */
export interface ProfileLine {
  readonly kernel: string;
  /** Numbers of workgroups, such as `2×40×1`. */
  readonly grid: string;
  readonly count: number;
  /** Of all launches together. */
  readonly milliseconds: number;
  /** Of the fastest launch: what remains when other programs use the machine too. */
  readonly fastest: number;
}

const CAPACITY = 4096;

/** Collects the start and end of every launch while it is attached to a device. */
export class Profiler {
  readonly #device: GPUDevice;
  readonly #readback: Readback;
  readonly #queries: GPUQuerySet;
  readonly #times: GPUBuffer;
  #launches: DispatchCommand[] = [];
  readonly #totals = new Map<string, ProfileLine>();

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
  readonly timer: PassTimer = (launch) => {
    const first = this.#launches.length * 2;
    if (first + 2 > CAPACITY) return undefined;
    this.#launches.push(launch);
    return { querySet: this.#queries, beginningOfPassWriteIndex: first, endOfPassWriteIndex: first + 1 };
  };

  /** Reads the timestamps of the last submit and adds them up. */
  collect(): void {
    if (this.#launches.length === 0) return;
    const count = this.#launches.length * 2;
    const encoder = this.#device.createCommandEncoder();
    encoder.resolveQuerySet(this.#queries, 0, count, this.#times, 0);
    this.#device.queue.submit([encoder.finish()]);
    const ticks = new BigUint64Array(this.#readback.read(this.#times, 0, count * 8));
    this.#launches.forEach((launch, i) => this.#count(launch, Number(ticks[2 * i + 1] - ticks[2 * i]) / 1e6));
    this.#launches = [];
  }

  /** The totals so far, slowest first. */
  report(): ProfileLine[] {
    return [...this.#totals.values()].sort((a, b) => b.milliseconds - a.milliseconds);
  }

  #count(launch: DispatchCommand, milliseconds: number): void {
    const kernel = launch.pipeline.name;
    const grid = launch.grid.join("×");
    const key = `${kernel} ${grid}`;
    const before = this.#totals.get(key) ?? { kernel, grid, count: 0, milliseconds: 0, fastest: Infinity };
    this.#totals.set(key, {
      ...before,
      count: before.count + 1,
      milliseconds: before.milliseconds + milliseconds,
      fastest: Math.min(before.fastest, milliseconds),
    });
  }
}
