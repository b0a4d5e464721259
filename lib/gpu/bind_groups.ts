/** Bind groups, made once for each combination of kernel and operands. @module */
import { assertExists, type PooledBuffer } from "./buffer_pool.ts";
import type { Pipeline } from "./kernel.ts";
import type { UniformSlot } from "./uniform_store.ts";

/** Part of a buffer, as bound to a kernel. Offsets and sizes in bytes. */
export interface BufferRange {
  readonly buffer: PooledBuffer;
  readonly offset: number;
  readonly size: number;
}

/** What a kernel reads and writes: a range of a buffer, or a texture. */
export type Binding = BufferRange | GPUTextureView;

/** A cache of bind groups; pooled buffers make the same combinations come back step after step. */
export class BindGroupCache {
  readonly #device: GPUDevice;
  readonly #groups = new Map<string, GPUBindGroup>();
  static readonly #textureIds = new WeakMap<GPUTextureView, number>();
  static #nextTextureId = 1;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /**
   * The bind group of these operands, in the order of the kernel's binding numbers, the uniform block last.
   *
   * @throws {RangeError} when a range begins where the device cannot bind it
   */
  get(pipeline: Pipeline, bindings: readonly Binding[], uniform: UniformSlot | null): GPUBindGroup {
    const key = cacheKey(pipeline, bindings, uniform);
    const known = this.#groups.get(key);
    if (known) return known;
    const resources = bindings.map((binding) => this.#resourceOf(binding));
    if (uniform) resources.push({ buffer: uniform.buffer, offset: uniform.offset, size: uniform.size });
    const entries = resources.map((resource, binding) => ({ binding, resource }));
    const group = this.#device.createBindGroup({ layout: pipeline.layout, entries });
    this.#groups.set(key, group);
    return group;
  }

  #resourceOf(binding: Binding): GPUBindingResource {
    if (!("buffer" in binding)) return binding;
    const { buffer, offset, size } = binding;
    assertExists(buffer);
    const alignment = this.#device.limits.minStorageBufferOffsetAlignment;
    if (offset % alignment !== 0) {
      throw new RangeError(
        `This operation cannot read a view that begins at byte ${offset} of its buffer: ${alignment} must ` +
          "divide it; copy the view first.",
      );
    }
    return { buffer: buffer.handle, offset, size };
  }

  static textureId(view: GPUTextureView): number {
    let id = this.#textureIds.get(view);
    if (!id) this.#textureIds.set(view, id = this.#nextTextureId++);
    return id;
  }
}

function cacheKey(pipeline: Pipeline, bindings: readonly Binding[], uniform: UniformSlot | null): string {
  let key = `${pipeline.id}`;
  for (const binding of bindings) {
    key += "buffer" in binding
      ? `|${binding.buffer.id}:${binding.offset}:${binding.size}`
      : `|t${BindGroupCache.textureId(binding)}`;
  }
  return uniform ? `${key}|u${uniform.id}` : key;
}
