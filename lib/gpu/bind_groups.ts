/** Bind groups, made once for each combination of kernel and operands. @module */
import type { PooledBuffer } from "./buffer_pool.ts";
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

  /** The bind group of these operands, in the order of the kernel's binding numbers, the uniform block last. */
  get(pipeline: Pipeline, bindings: readonly Binding[], uniform: UniformSlot | null): GPUBindGroup {
    const key = cacheKey(pipeline, bindings, uniform);
    const known = this.#groups.get(key);
    if (known) return known;
    const resources: GPUBindingResource[] = bindings.map((binding) =>
      "buffer" in binding
        ? { buffer: binding.buffer.handle, offset: binding.offset, size: binding.size }
        : binding
    );
    if (uniform) resources.push({ buffer: uniform.buffer, offset: uniform.offset, size: uniform.size });
    const entries = resources.map((resource, binding) => ({ binding, resource }));
    const group = this.#device.createBindGroup({ layout: pipeline.layout, entries });
    this.#groups.set(key, group);
    return group;
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
