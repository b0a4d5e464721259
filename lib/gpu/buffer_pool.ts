/** Storage buffers, pooled by size class so that a step allocates nothing after its first run. @module */
import { MemoryMeter } from "./memory_meter.ts";
import { MIRROR_ROW_BYTES } from "./mirrors.ts";
import { PooledBuffer } from "./pooled_buffer.ts";

/** Hands out storage buffers and takes them back for reuse. */
export class BufferPool {
  readonly #device: GPUDevice;
  readonly #onDestroy: (buffer: PooledBuffer) => void;
  readonly #meter: MemoryMeter;
  readonly #free = new Map<number, PooledBuffer[]>();
  readonly #all = new Set<PooledBuffer>();
  readonly #live = new Set<PooledBuffer>();
  readonly #own = new MemoryMeter();

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

  /** Bytes allocated for the buffers, handed out or not, in all places. */
  get bytes(): number {
    return this.#own.bytes;
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
      this.#onDestroy(buffer);
      buffer.destroy();
    }
    this.#all.clear();
    this.#live.clear();
    this.#free.clear();
  }

  #create(size: number): PooledBuffer {
    const limit = this.#device.limits.maxBufferSize;
    if (size > limit) {
      throw new RangeError(`Cannot allocate a buffer of ${size} bytes: this device allows at most ${limit}.`);
    }
    const buffer = new PooledBuffer(this.#device, size, [this.#own, this.#meter]);
    this.#all.add(buffer);
    return buffer;
  }
}

/** Rounds up to a power of two below a row of a mirror, to whole rows, and to an eighth of a power of two above. */
function sizeClass(bytes: number): number {
  const least = Math.max(256, bytes);
  const power = 2 ** Math.ceil(Math.log2(least));
  if (power <= MIRROR_ROW_BYTES) return power;
  const grain = Math.max(power / 16, MIRROR_ROW_BYTES);
  return Math.ceil(least / grain) * grain;
}
