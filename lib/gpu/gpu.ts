/** The device: everything the kit asks of WebGPU goes through here. @module */
import { displaySymbol, inspectSymbol, type RichDisplay } from "../display/rich_display.ts";
import { describeAdapter, DeviceError, isSoftwareAdapter } from "./adapter.ts";
import { BufferPool } from "./buffer_pool.ts";
import { assertExists, type BufferRange, type PooledBuffer } from "./pooled_buffer.ts";
import { BufferScopes } from "./buffer_scopes.ts";
import { type Command, copyCommand } from "./command.ts";
import { CommandQueue } from "./command_queue.ts";
import { DeviceHealth } from "./device_health.ts";
import { type DeviceOptions, openDevice, type OpenedDevice } from "./open_device.ts";
import { gpuDisplay, gpuLine } from "./gpu_display.ts";
import type { Kernel, Launch } from "./kernel.ts";
import { Launches } from "./launches.ts";
import { MemoryMeter } from "./memory_meter.ts";
import { Mirrors } from "./mirrors.ts";
import { Profiler } from "./profiler.ts";
import { Readback } from "./readback.ts";
import { Recorder } from "./recorder.ts";
import { Recording } from "./recording.ts";
import { Residence } from "./residence.ts";
import type { SoftwareThreads } from "./software_threads.ts";

/** An opened WebGPU device with its caches. Commands run in the order in which they are issued. */
export class Gpu implements Disposable {
  /** Whether the adapter computes on the CPU. */
  readonly software: boolean;
  readonly device: GPUDevice;
  readonly info: GPUAdapterInfo;
  /** What the software adapter uses of the processor. */
  readonly threads: SoftwareThreads;
  /** Of the driver. */
  readonly threadIds: readonly number[];
  /** The adapter's name. */
  readonly name: string;
  /** Lanes of a subgroup where subgroup operations can be used and all subgroups are alike, else 0. */
  readonly subgroupSize: number;
  /** The bytes that exist on the device, and the most that there were. */
  readonly memory: MemoryMeter = new MemoryMeter();
  readonly #launches: Launches;
  readonly #readback: Readback;
  readonly #mirrors: Mirrors;
  readonly #residence: Residence;
  readonly #queue: CommandQueue;
  readonly #health: DeviceHealth;
  #buffers: BufferScopes;
  #recorder: Recorder | null = null;

  /** Use {@linkcode openGpu}. */
  constructor({ device, info, threads = "all", threadIds = [] }: OpenedDevice) {
    [this.device, this.info, this.threads, this.threadIds] = [device, info, threads, threadIds];
    const software = this.software = isSoftwareAdapter(info);
    this.name = describeAdapter(info);
    const sizes = info as GPUAdapterInfo & { subgroupMinSize: number; subgroupMaxSize: number };
    const uniformSize = sizes.subgroupMinSize === sizes.subgroupMaxSize ? sizes.subgroupMinSize : 0;
    this.subgroupSize = device.features.has("subgroups") ? uniformSize : 0;
    this.#readback = new Readback(device, this.memory);
    const mirrors = this.#mirrors = new Mirrors(device);
    const residence = this.#residence = new Residence(mirrors, (command) => this.#issue(command));
    this.#launches = new Launches(device, { mirrors, residence, meter: this.memory, software });
    this.#queue = new CommandQueue(device);
    this.#health = new DeviceHealth(device);
    this.#buffers = this.#createBuffers();
  }

  /** Storage buffers handed out and not given back. */
  get liveBuffers(): number {
    return this.#buffers.pool.live;
  }

  /** Bytes of all storage buffers outside recordings, in use or pooled. */
  get bytes(): number {
    return this.#buffers.pool.bytes;
  }

  /** A storage buffer; it belongs to the innermost scope, or to the caller where there is none. */
  acquire(bytes: number): PooledBuffer {
    const buffer = this.#buffers.acquire(bytes);
    this.#residence.acquired(buffer);
    return buffer;
  }

  /** Gives a storage buffer back. */
  release(buffer: PooledBuffer): void {
    this.#buffers.release(buffer);
  }

  /**
   * Runs `body` and gives back every buffer acquired in it except those that `kept` names from its result;
   * these go to the enclosing scope, or to the caller. `body` must be synchronous.
   */
  scope<Result>(body: () => Result, kept: (result: Result) => Iterable<PooledBuffer>): Result {
    return this.#buffers.run(body, kept);
  }

  /** Queues a kernel launch; `ranges` in the order of the kernel's binding numbers. */
  dispatch(kernel: Kernel, ranges: readonly BufferRange[], launch: Launch): void {
    if (launch.grid.includes(0)) return;
    this.#issue(this.#launches.prepare(kernel, ranges, launch));
  }

  /** Whether a kernel may declare this buffer as a texture: a larger one would not fit. */
  fitsTexture(buffer: PooledBuffer): boolean {
    return this.#mirrors.fit(buffer);
  }

  /** Queues a copy of `bytes` bytes between buffers. */
  copy(source: BufferRange, target: BufferRange, bytes: number): void {
    this.#residence.need(source.buffer, "buffer");
    this.#overwrite(target);
    this.#issue(copyCommand(source, target, bytes));
  }

  /** Queues the zeroing of a range. */
  clear(target: BufferRange): void {
    assertExists(target.buffer);
    this.#overwrite(target);
    this.#issue({ kind: "clear", target: target.buffer.handle, offset: target.offset, bytes: target.size });
  }

  /** Writes data at once, after everything queued so far. Not possible inside a recording. */
  write(target: BufferRange, data: ArrayBufferView<ArrayBuffer>): void {
    if (this.#recorder) {
      throw new Error("Writing data inside a recording would not be repeated by its replays.");
    }
    assertExists(target.buffer);
    this.#overwrite(target);
    this.flush();
    this.device.queue.writeBuffer(target.buffer.handle, target.offset, data);
  }

  /** Submits everything queued so far. */
  flush(): void {
    this.#queue.flush();
  }

  /** Reads a range back, waiting for all work that was issued before. */
  read(range: BufferRange): ArrayBuffer {
    if (this.#recorder) {
      throw new Error("Reading back inside a recording would not be repeated by its replays.");
    }
    assertExists(range.buffer);
    this.#residence.need(range.buffer, "buffer");
    this.flush();
    this.checkAlive();
    const contents = this.#readback.read(range.buffer.handle, range.offset, range.size);
    this.checkAlive();
    return contents;
  }

  /**
   * Keeps the commands that `body` issues, without running them, for replay. Buffers acquired in it belong to
   * the recording. `body` must be synchronous and neither write nor read data.
   */
  record<Result>(body: () => Result): Recording<Result> {
    if (this.#recorder) throw new Error("A recording cannot be started inside another one.");
    this.flush();
    const outer = this.#buffers;
    const { pool } = this.#buffers = this.#createBuffers();
    const recorder = this.#recorder = new Recorder(this.#residence, this.#queue);
    try {
      const result = this.#launches.withOwnBindGroups(body);
      return new Recording(result, recorder.finish(), pool, this.#queue);
    } catch (error) {
      pool.destroy();
      throw error;
    } finally {
      [this.#buffers, this.#recorder] = [outer, null];
      this.#residence.stopRecording();
    }
  }

  /**
   * Calls a function now, or where this is recorded at this place of every replay: it may read and write what the
   * commands before have left, and decide anew each time.
   */
  call(body: () => void): void {
    if (this.#recorder) this.#recorder.call(body);
    else body();
  }

  /** Starts timing every launch; slows the device down, since each gets a pass of its own. */
  startProfiling(): Profiler {
    this.flush();
    return this.#queue.profiler = new Profiler(this.device, this.#readback);
  }

  /** Ends what {@linkcode startProfiling} started. */
  stopProfiling(): void {
    this.flush();
    this.#queue.profiler = null;
  }

  /** Throws when the device was lost or has reported an error. */
  checkAlive(): void {
    const { failure } = this.#health;
    if (failure) throw new DeviceError(`The WebGPU device "${this.name}" failed: ${failure}`);
  }

  /** Destroys the device and all its buffers. */
  [Symbol.dispose](): void {
    this.#queue.clear();
    this.#readback.destroy();
    this.#launches.destroy();
    this.#buffers.pool.destroy();
    this.#mirrors.destroy();
    this.device.destroy();
  }

  /** The adapter, and what it holds. */
  [displaySymbol](): RichDisplay {
    return gpuDisplay(this);
  }

  /** The adapter in one line. */
  [inspectSymbol](): string {
    return gpuLine(this);
  }

  #createBuffers(): BufferScopes {
    const forget = (buffer: PooledBuffer) => this.#mirrors.forget(buffer);
    return new BufferScopes(new BufferPool(this.device, forget, this.memory));
  }

  /** Prepares for a command that writes a range of a buffer itself. */
  #overwrite({ buffer }: BufferRange): void {
    this.#residence.need(buffer, "buffer");
    this.#residence.written(buffer, "buffer");
  }

  #issue(command: Command): void {
    if (this.#recorder) this.#recorder.add(command);
    else this.#queue.add(command);
  }
}

/**
 * Opens the WebGPU device.
 *
 * @throws {NoAdapterError} when there is no such adapter
 *
 * @example Open the device and close it at the end of the block
 * ```ts
 * import { openGpu } from "gorp";
 * using gpu = await openGpu();
 * console.log(gpu.name);
 * ```
 */
export async function openGpu(options: DeviceOptions = {}): Promise<Gpu> {
  return new Gpu(await openDevice(options));
}
