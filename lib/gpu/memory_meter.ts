/** How much memory the device was asked for. @module */

/** What memory is allocated for. */
export type MemoryKind = "buffers" | "mirrors" | "staging";

/** Told of every storage buffer that a kernel binds, and of how many of its bytes. */
export type BindingListener = (
  buffer: { readonly id: number; readonly size: number },
  bytes: number,
) => void;

/** Counts the bytes that exist on the device, and the most that there ever were. */
export class MemoryMeter {
  readonly #bytes: Record<MemoryKind, number> = { buffers: 0, mirrors: 0, staging: 0 };
  #peak = 0;
  #largest = 0;
  /** Told of bindings from when it is set: once for each combination of kernel and operands. */
  onBinding: BindingListener | null = null;

  /** Bytes of all storage buffers, in use or pooled, those of recordings included. */
  get buffers(): number {
    return this.#bytes.buffers;
  }

  /** Bytes of the textures beside buffers, which only the software adapter has. */
  get mirrors(): number {
    return this.#bytes.mirrors;
  }

  /** Bytes of the buffer through which contents are read back. */
  get staging(): number {
    return this.#bytes.staging;
  }

  /** All together. */
  get bytes(): number {
    return this.buffers + this.mirrors + this.staging;
  }

  /** The most that {@linkcode MemoryMeter.bytes} has been, since the last reset. */
  get peak(): number {
    return this.#peak;
  }

  /** Bytes of the largest storage buffer that there ever was. */
  get largestBuffer(): number {
    return this.#largest;
  }

  /** Counts an allocation, or with negative bytes the end of one. */
  count(kind: MemoryKind, bytes: number): void {
    this.#bytes[kind] += bytes;
    this.#peak = Math.max(this.#peak, this.bytes);
    if (kind === "buffers") this.#largest = Math.max(this.#largest, bytes);
  }

  /** Starts the peak over from what exists now. */
  resetPeak(): void {
    this.#peak = this.bytes;
  }
}
