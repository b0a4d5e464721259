/** Reading GPU buffers without waiting on the event loop. @module */
import { DeviceError } from "./adapter.ts";
import { MemoryMeter } from "./memory_meter.ts";

/** Larger contents are read in pieces of so many bytes, so that the staging buffer stays small. */
const PIECE = 2 ** 26;

/**
 * Reads buffers synchronously. An awaited `mapAsync` costs at least 10 ms in Deno; but Deno polls the device
 * inside the call, so the range can be read right after it (0.1–0.2 ms). The staging buffer must have been
 * mapped once at its creation: otherwise reading a range before the first finished map ends the process.
 * Where the synchronous way throws (another runtime), {@linkcode Readback.readAsync} still works.
 */
export class Readback {
  readonly #device: GPUDevice;
  readonly #meter: MemoryMeter;
  #staging: GPUBuffer | null = null;

  readonly #piece: number;

  /** `meter` counts the bytes of the staging buffer, which holds at most `piece` bytes. */
  constructor(device: GPUDevice, meter: MemoryMeter = new MemoryMeter(), piece: number = PIECE) {
    this.#device = device;
    this.#meter = meter;
    this.#piece = piece;
  }

  /**
   * Copies `bytes` bytes of `source` to the CPU, waiting for all submitted work.
   *
   * @throws {Error} when the runtime cannot map synchronously, or the device was lost
   */
  read(source: GPUBuffer, offset: number, bytes: number): ArrayBuffer {
    if (bytes <= this.#piece) return this.#readPiece(source, offset, bytes);
    const contents = new Uint8Array(bytes);
    for (let first = 0; first < bytes; first += this.#piece) {
      const piece = this.#readPiece(source, offset + first, Math.min(this.#piece, bytes - first));
      contents.set(new Uint8Array(piece), first);
    }
    return contents.buffer;
  }

  #readPiece(source: GPUBuffer, offset: number, bytes: number): ArrayBuffer {
    const staging = this.#copy(source, offset, bytes);
    staging.mapAsync(GPUMapMode.READ, 0, bytes).catch(() => {});
    try {
      return staging.getMappedRange(0, bytes).slice(0);
    } catch (error) {
      throw new DeviceError(
        `Reading ${bytes} bytes back from the GPU failed: ${(error as Error).message}`,
        { cause: error },
      );
    } finally {
      staging.unmap();
    }
  }

  /** The same, by awaiting the map: slower in Deno, but needs nothing undocumented. */
  async readAsync(source: GPUBuffer, offset: number, bytes: number): Promise<ArrayBuffer> {
    const staging = this.#copy(source, offset, bytes);
    await staging.mapAsync(GPUMapMode.READ, 0, bytes);
    const contents = staging.getMappedRange(0, bytes).slice(0);
    staging.unmap();
    return contents;
  }

  /** Destroys the staging buffer. */
  destroy(): void {
    if (!this.#staging) return;
    this.#meter.count("staging", -this.#staging.size);
    this.#staging.destroy();
    this.#staging = null;
  }

  #copy(source: GPUBuffer, offset: number, bytes: number): GPUBuffer {
    const staging = this.#stagingOf(bytes);
    const encoder = this.#device.createCommandEncoder();
    encoder.copyBufferToBuffer(source, offset, staging, 0, bytes);
    this.#device.queue.submit([encoder.finish()]);
    return staging;
  }

  #stagingOf(bytes: number): GPUBuffer {
    if (this.#staging && this.#staging.size >= bytes) return this.#staging;
    this.destroy();
    const size = Math.max(4096, 2 ** Math.ceil(Math.log2(bytes)));
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    this.#staging = this.#device.createBuffer({ size, usage, mappedAtCreation: true });
    this.#meter.count("staging", size);
    this.#staging.unmap();
    return this.#staging;
  }
}
