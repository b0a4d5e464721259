/** Bind groups, made once for each combination of kernel and operands. @module */
import { assertExists, type BufferRange } from "./pooled_buffer.ts";
import type { MemoryMeter } from "./memory_meter.ts";
import type { Pipeline } from "./kernel.ts";
import type { Mirrors } from "./mirrors.ts";
import type { Place } from "./places.ts";
import type { UniformSlot } from "./uniform_store.ts";

/** A cache of bind groups; pooled buffers make the same combinations come back step after step. */
export class BindGroupCache {
  readonly #device: GPUDevice;
  readonly #mirrors: Mirrors;
  readonly #meter: MemoryMeter;
  readonly #groups = new Map<string, GPUBindGroup>();

  constructor(device: GPUDevice, mirrors: Mirrors, meter: MemoryMeter) {
    this.#device = device;
    this.#mirrors = mirrors;
    this.#meter = meter;
  }

  /**
   * The bind group of these arguments, and of the uniform block at the binding behind them.
   *
   * @throws {RangeError} when a range begins where the device cannot bind it
   */
  get(pipeline: Pipeline, ranges: readonly BufferRange[], uniform: UniformSlot | null): GPUBindGroup {
    const key = cacheKey(pipeline, ranges, uniform);
    const known = this.#groups.get(key);
    if (known) return known;
    const entries = pipeline.operands.map(({ binding, argument, place }): GPUBindGroupEntry => (
      { binding, resource: this.#resourceOf(ranges[argument], place) }
    ));
    if (uniform) {
      const { buffer, offset, size } = uniform;
      entries.push({ binding: ranges.length, resource: { buffer, offset, size } });
    }
    const group = this.#device.createBindGroup({ layout: pipeline.layout, entries });
    this.#groups.set(key, group);
    return group;
  }

  #resourceOf({ buffer, offset, size }: BufferRange, place: Place): GPUBindingResource {
    assertExists(buffer);
    if (place !== "buffer") return this.#mirrors.view(buffer, place);
    const alignment = this.#device.limits.minStorageBufferOffsetAlignment;
    if (offset % alignment !== 0) {
      throw new RangeError(
        `This operation cannot read a view that begins at byte ${offset} of its buffer: ${alignment} must ` +
          "divide it; copy the view first.",
      );
    }
    const largest = this.#device.limits.maxStorageBufferBindingSize;
    if (size > largest) {
      throw new RangeError(
        `This operation cannot bind ${size} bytes at once: this device allows ${largest}.`,
      );
    }
    this.#meter.onBinding?.(buffer, size);
    return { buffer: buffer.handle, offset, size };
  }
}

function cacheKey(pipeline: Pipeline, ranges: readonly BufferRange[], uniform: UniformSlot | null): string {
  let key = `${pipeline.id}`;
  for (const { buffer, offset, size } of ranges) key += `|${buffer.id}:${offset}:${size}`;
  return uniform ? `${key}|u${uniform.id}` : key;
}
