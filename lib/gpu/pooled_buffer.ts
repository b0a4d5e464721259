/** Storage buffers with their contents in one place or several. @module */
import type { MemoryKind, MemoryMeter } from "./memory_meter.ts";
import { EVERYWHERE, type Places } from "./places.ts";

/** A pooled storage buffer. Memory is allocated for the places that are used, when they are used first. */
export class PooledBuffer {
  static #nextId = 1;
  /** Identifies the buffer in cache keys. */
  readonly id: number = PooledBuffer.#nextId++;
  /** Where the contents are. */
  places: Places = EVERYWHERE;
  /** Whether the buffer was destroyed, with the recording that owned it or with the device. */
  destroyed = false;
  readonly #device: GPUDevice;
  readonly #meters: readonly MemoryMeter[];
  #handle: GPUBuffer | null = null;
  #bytes = 0;

  /**
   * @param size in bytes
   * @param meters to count what is allocated
   */
  constructor(device: GPUDevice, readonly size: number, meters: readonly MemoryMeter[]) {
    this.#device = device;
    this.#meters = meters;
  }

  /** The buffer itself. */
  get handle(): GPUBuffer {
    if (this.#handle) return this.#handle;
    assertExists(this);
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    this.count("buffers", this.size);
    return this.#handle = this.#device.createBuffer({ size: this.size, usage });
  }

  /** Bytes allocated in all places. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Counts an allocation for this buffer, or with negative bytes the end of one. */
  count(kind: MemoryKind, bytes: number): void {
    this.#bytes += bytes;
    for (const meter of this.#meters) meter.count(kind, bytes);
  }

  /** Destroys the buffer itself. */
  destroy(): void {
    this.destroyed = true;
    if (!this.#handle) return;
    this.#handle.destroy();
    this.#handle = null;
    this.count("buffers", -this.size);
  }
}

/** Part of a buffer, as bound to a kernel. Offsets and sizes in bytes. */
export interface BufferRange {
  readonly buffer: PooledBuffer;
  readonly offset: number;
  readonly size: number;
  /** Whether the elements are float16, two in each word. */
  readonly half?: boolean;
}

/** Fails, at once rather than with zeros, on a buffer that was destroyed. */
export function assertExists(buffer: PooledBuffer): void {
  if (buffer.destroyed) {
    throw new Error("A tensor was used after the recording or the device that it belongs to was disposed.");
  }
}
