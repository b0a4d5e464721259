/** The device: everything the kit asks of WebGPU goes through here. @module */
import {
  describeAdapter,
  type DeviceChoice,
  isSoftwareAdapter,
  requestAdapter,
  requestDevice,
} from "./adapter.ts";
import { BindGroupCache, type Binding, type BufferRange } from "./bind_groups.ts";
import { assertExists, BufferPool, type PooledBuffer } from "./buffer_pool.ts";
import { BufferScopes } from "./buffer_scopes.ts";
import { type Command, copyCommand } from "./command.ts";
import { CommandQueue } from "./command_queue.ts";
import { DeviceHealth } from "./device_health.ts";
import { type Kernel, type Launch, PipelineCache } from "./kernel.ts";
import { Profiler } from "./profiler.ts";
import { Readback } from "./readback.ts";
import { Recording } from "./recording.ts";
import { type TexelSize, TextureMirrors } from "./texture_mirrors.ts";
import { packUniform, UniformStore } from "./uniform_store.ts";

/** An opened WebGPU device with its caches. Commands run in the order in which they are issued. */
export class Gpu implements Disposable {
  /** Whether the adapter computes on the CPU. */
  readonly software: boolean;
  /** The adapter's name. */
  readonly name: string;
  /** Lanes of a subgroup where subgroup operations can be used and all subgroups are alike, else 0. */
  readonly subgroupSize: number;
  readonly #pipelines: PipelineCache;
  readonly #uniforms: UniformStore;
  readonly #readback: Readback;
  readonly #mirrors: TextureMirrors;
  readonly #queue: CommandQueue;
  readonly #health: DeviceHealth;
  #bindGroups: BindGroupCache;
  #buffers: BufferScopes;
  #recorded: Command[] | null = null;
  #written = new Set<PooledBuffer>();
  #epoch = 0;
  #lastEpoch = 0;

  /** Use {@linkcode openGpu}. */
  constructor(readonly device: GPUDevice, readonly info: GPUAdapterInfo) {
    this.software = isSoftwareAdapter(info);
    this.name = describeAdapter(info);
    const sizes = info as GPUAdapterInfo & { subgroupMinSize: number; subgroupMaxSize: number };
    const uniformSize = sizes.subgroupMinSize === sizes.subgroupMaxSize ? sizes.subgroupMinSize : 0;
    this.subgroupSize = device.features.has("subgroups") ? uniformSize : 0;
    this.#pipelines = new PipelineCache(device);
    this.#uniforms = new UniformStore(device);
    this.#readback = new Readback(device);
    this.#mirrors = new TextureMirrors(device);
    this.#queue = new CommandQueue(device);
    this.#health = new DeviceHealth(device);
    this.#buffers = this.#createBuffers();
    this.#bindGroups = new BindGroupCache(device);
  }

  /** Storage buffers handed out and not given back. */
  get liveBuffers(): number {
    return this.#buffers.pool.live;
  }

  /** Bytes of all storage buffers, in use or pooled. */
  get bytes(): number {
    return this.#buffers.pool.bytes;
  }

  /** A storage buffer; it belongs to the innermost scope, or to the caller where there is none. */
  acquire(bytes: number): PooledBuffer {
    return this.#buffers.acquire(bytes);
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

  /** Queues a kernel launch; `bindings` in the order of the kernel's binding numbers. */
  dispatch(kernel: Kernel, bindings: readonly Binding[], launch: Launch): void {
    const [x, y = 1, z = 1] = launch.grid;
    if (x === 0 || y === 0 || z === 0) return;
    const pipeline = this.#pipelines.get(kernel);
    const uniform = launch.uniform ? this.#uniforms.get(packUniform(launch.uniform)) : null;
    const bindGroup = this.#bindGroups.get(pipeline, bindings, uniform);
    for (const index of pipeline.writes) {
      const binding = bindings[index];
      if ("buffer" in binding) this.#markWritten(binding.buffer);
    }
    this.#issue({ kind: "dispatch", pipeline, bindGroup, grid: [x, y, z] });
  }

  /** Queues a copy of `bytes` bytes between buffers. */
  copy(source: BufferRange, target: BufferRange, bytes: number): void {
    this.#markWritten(target.buffer);
    this.#issue(copyCommand(source, target, bytes));
  }

  /**
   * A texture with the contents of `range`'s buffer, copied first if a command has written it since the last
   * copy. The software adapter reads textures about ten times as fast as buffers. Element `i` of the buffer
   * (not of the range) lies in the `i mod t`-th component of texel `(j mod w, j div w)`, where `t` is
   * `texelSize`, `j = i div t` and `w = 2048 / t`.
   *
   * @param texelSize 4 for an `rgba32float` texture, 1 for `r32float`
   * @returns null when the buffer is too large for a texture
   */
  textureOf(range: BufferRange, texelSize: TexelSize = 4): GPUTextureView | null {
    const mirror = this.#mirrors.get(range, texelSize, this.#epoch);
    if (mirror?.copy) this.#issue(mirror.copy);
    return mirror?.view ?? null;
  }

  /** Queues the zeroing of a range. */
  clear(target: BufferRange): void {
    assertExists(target.buffer);
    this.#markWritten(target.buffer);
    this.#issue({ kind: "clear", target: target.buffer.handle, offset: target.offset, bytes: target.size });
  }

  /** Writes data at once, after everything queued so far. Not possible inside a recording. */
  write(target: BufferRange, data: ArrayBufferView<ArrayBuffer>): void {
    if (this.#recorded) {
      throw new Error("Writing data inside a recording would not be repeated by its replays.");
    }
    assertExists(target.buffer);
    this.flush();
    this.#markWritten(target.buffer);
    this.device.queue.writeBuffer(target.buffer.handle, target.offset, data);
  }

  /** Submits everything queued so far. */
  flush(): void {
    this.#queue.flush();
  }

  /** Reads a range back, waiting for all work that was issued before. */
  read(range: BufferRange): ArrayBuffer {
    if (this.#recorded) {
      throw new Error("Reading back inside a recording would not be repeated by its replays.");
    }
    assertExists(range.buffer);
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
    if (this.#recorded) throw new Error("A recording cannot be started inside another one.");
    this.flush();
    const outer = { buffers: this.#buffers, groups: this.#bindGroups };
    const { pool } = this.#buffers = this.#createBuffers();
    const commands: Command[] = this.#recorded = [];
    const written = this.#written = new Set();
    this.#bindGroups = new BindGroupCache(this.device);
    this.#epoch = ++this.#lastEpoch;
    try {
      const result = body();
      const enqueue = () => this.#enqueue(commands, written);
      return new Recording(result, commands, pool, { enqueue, flush: () => this.flush() });
    } catch (error) {
      pool.destroy();
      throw error;
    } finally {
      [this.#buffers, this.#bindGroups, this.#recorded] = [outer.buffers, outer.groups, null];
      this.#epoch = 0;
    }
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
    if (failure) throw new Error(`The WebGPU device "${this.name}" failed: ${failure}`);
  }

  /** Destroys the device and all its buffers. */
  [Symbol.dispose](): void {
    this.#queue.clear();
    this.#readback.destroy();
    this.#uniforms.destroy();
    this.#buffers.pool.destroy();
    this.#mirrors.destroy();
    this.device.destroy();
  }

  #createBuffers(): BufferScopes {
    return new BufferScopes(new BufferPool(this.device, (buffer) => this.#mirrors.forget(buffer)));
  }

  #markWritten(buffer: PooledBuffer): void {
    buffer.writes++;
    if (this.#recorded) this.#written.add(buffer);
  }

  #enqueue(commands: readonly Command[], written: Iterable<PooledBuffer>): void {
    if (this.#recorded) throw new Error("A recording cannot be replayed inside another one.");
    this.#queue.append(commands);
    for (const buffer of written) this.#markWritten(buffer);
  }

  #issue(command: Command): void {
    if (this.#recorded) this.#recorded.push(command);
    else this.#queue.add(command);
  }
}

/**
 * Opens the WebGPU device.
 *
 * @param options.device `auto` (a GPU where there is one, else the software adapter), `gpu` or `software`
 * @throws {NoAdapterError} when there is no such adapter
 *
 * @example Open the device and close it at the end of the block
 * ```ts
 * import { openGpu } from "gorp";
 * using gpu = await openGpu();
 * console.log(gpu.name);
 * ```
 */
export async function openGpu(options: { readonly device?: DeviceChoice } = {}): Promise<Gpu> {
  const adapter = await requestAdapter(options.device ?? "auto");
  return new Gpu(await requestDevice(adapter), adapter.info);
}
