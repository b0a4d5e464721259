/** Storage buffers, pooled by size class so that a step allocates nothing after its first run. @module */
import { MemoryMeter } from "./memory_meter.ts";
import { EVERYWHERE, type Places } from "./places.ts";

/** A pooled storage buffer. */
export interface PooledBuffer {
  /** Identifies the buffer in cache keys. */
  readonly id: number;
  readonly handle: GPUBuffer;
  /** In bytes. */
  readonly size: number;
  /** Where the contents are. */
  places: Places;
  /** Whether the buffer was destroyed, with the recording that owned it or with the device. */
  destroyed: boolean;
}

/** Part of a buffer, as bound to a kernel. Offsets and sizes in bytes. */
export interface BufferRange {
  readonly buffer: PooledBuffer;
  readonly offset: number;
  readonly size: number;
}

/** Fails, at once rather than with zeros, on a buffer that was destroyed. */
export function assertExists(buffer: PooledBuffer): void {
  if (buffer.destroyed) {
    throw new Error("A tensor was used after the recording or the device that it belongs to was disposed.");
  }
}

/** Hands out storage buffers and takes them back for reuse. */
export class BufferPool {
  readonly #device: GPUDevice;
  readonly #onDestroy: (buffer: PooledBuffer) => void;
  readonly #meter: MemoryMeter;
  readonly #free = new Map<number, PooledBuffer[]>();
  readonly #all = new Set<PooledBuffer>();
  readonly #live = new Set<PooledBuffer>();
  #bytes = 0;
  static #nextId = 1;

  /** `onDestroy` hears of every buffer that is destroyed; `meter` counts the bytes of this pool beside others. */
  constructor(
    device: GPUDevice,
    onDestroy: (buffer: PooledBuffer) => void = () => {},
    meter: MemoryMeter = new MemoryMeter(),
  ) {
    this.#device = device;
    this.#onDestroy = onDestroy;
    this.#meter = meter;
  }

  /** Buffers handed out and not yet given back. */
  get live(): number {
    return this.#live.size;
  }

  /** Bytes of all buffers that exist, handed out or not. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * A buffer of at least `bytes` bytes; its contents are undefined.
   *
   * @throws {RangeError} when the device cannot hold a buffer that large
   */
  acquire(bytes: number): PooledBuffer {
    const size = sizeClass(bytes);
    const buffer = this.#free.get(size)?.pop() ?? this.#create(size);
    this.#live.add(buffer);
    return buffer;
  }

  /** Gives a buffer back. Commands queued so far may still use it; later ones see it reused. */
  release(buffer: PooledBuffer): void {
    if (!this.#live.delete(buffer)) {
      throw new Error("A buffer was released twice, or to a pool it is not from.");
    }
    const shelf = this.#free.get(buffer.size);
    if (shelf) shelf.push(buffer);
    else this.#free.set(buffer.size, [buffer]);
  }

  /** Whether the buffer was handed out by this pool and is still in use. */
  owns(buffer: PooledBuffer): boolean {
    return this.#live.has(buffer);
  }

  /** Destroys every buffer. */
  destroy(): void {
    for (const buffer of this.#all) {
      buffer.destroyed = true;
      this.#onDestroy(buffer);
      buffer.handle.destroy();
    }
    this.#count(-this.#bytes);
    this.#all.clear();
    this.#live.clear();
    this.#free.clear();
  }

  #create(size: number): PooledBuffer {
    const limit = this.#device.limits.maxBufferSize;
    if (size > limit) {
      throw new RangeError(`Cannot allocate a buffer of ${size} bytes: this device allows at most ${limit}.`);
    }
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const handle = this.#device.createBuffer({ size, usage });
    const buffer = { id: BufferPool.#nextId++, handle, size, places: EVERYWHERE, destroyed: false };
    this.#all.add(buffer);
    this.#count(size);
    return buffer;
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#meter.count("buffers", bytes);
  }
}

/** Rounds up to a power of two below 64 kB, to an eighth of a power of two above. */
function sizeClass(bytes: number): number {
  const least = Math.max(256, bytes);
  const power = 2 ** Math.ceil(Math.log2(least));
  if (power <= 65536) return power;
  const grain = power / 16;
  return Math.ceil(least / grain) * grain;
}
