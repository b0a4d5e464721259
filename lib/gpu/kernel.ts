/** A compute kernel: WGSL source plus what is needed to bind it. @module */
import type { Float } from "./uniform_store.ts";

/**
 * A compute kernel.
 *
 * Its WGSL declares, all in `@group(0)`, the storage bindings 0, 1, … in the order in which they are passed
 * to `dispatch` and, when the kernel takes sizes, one `var<uniform>` at the next binding. The entry point is
 * `main`.
 */
export interface Kernel {
  /** Unique name; also shown by the profiler. */
  readonly name: string;
  /** WGSL source. */
  readonly code: string;
  /** Values of the shader's `override` constants. */
  readonly constants?: Readonly<Record<string, number>>;
}

/** Sizes and grid of one kernel launch. */
export interface Launch {
  /** Contents of the kernel's uniform block; omit when it has none. */
  readonly uniform?: readonly (number | Float)[];
  /** Numbers of workgroups. */
  readonly grid: readonly [number, number?, number?];
}

/** A compiled kernel with the identity that cache keys use. */
export interface Pipeline {
  readonly id: number;
  readonly name: string;
  readonly handle: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  /** The bindings that it writes. */
  readonly writes: readonly number[];
}

/** Compiles each kernel once per device. */
export class PipelineCache {
  readonly #device: GPUDevice;
  readonly #pipelines = new Map<Kernel, Pipeline>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** The pipeline of `kernel`, compiled on first use. */
  get(kernel: Kernel): Pipeline {
    const known = this.#pipelines.get(kernel);
    if (known) return known;
    const module = this.#device.createShaderModule({ label: kernel.name, code: kernel.code });
    const handle = this.#device.createComputePipeline({
      label: kernel.name,
      layout: "auto",
      compute: { module, entryPoint: "main", constants: kernel.constants },
    });
    const pipeline = {
      id: this.#pipelines.size,
      name: kernel.name,
      handle,
      layout: handle.getBindGroupLayout(0),
      writes: writtenBindings(kernel.code),
    };
    this.#pipelines.set(kernel, pipeline);
    return pipeline;
  }
}

/** The binding numbers that WGSL source declares as `read_write` storage. */
export function writtenBindings(code: string): number[] {
  const declarations = code.matchAll(/@binding\((\d+)\)\s*var<\s*storage\s*,\s*read_write\s*>/g);
  return Array.from(declarations, ([, binding]) => Number(binding));
}
