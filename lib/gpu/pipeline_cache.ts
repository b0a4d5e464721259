/** Compiled kernels. @module */
import type { BufferRange } from "./pooled_buffer.ts";
import type { Kernel, Pipeline } from "./kernel.ts";
import { mirroredSource, type Source } from "./mirrored_source.ts";
import type { Mirrors } from "./mirrors.ts";
import { operandsOf } from "./operands.ts";

/** Compiles each kernel once per device, or twice: as it is, and over mirrors. */
export class PipelineCache {
  readonly #device: GPUDevice;
  readonly #mirrors: Mirrors | null;
  readonly #plain = new Map<Kernel, Pipeline>();
  readonly #mirrored = new Map<Kernel, Pipeline>();

  /** @param mirrors where kernels are to use them */
  constructor(device: GPUDevice, mirrors: Mirrors | null) {
    this.#device = device;
    this.#mirrors = mirrors;
  }

  /**
   * The pipeline of `kernel` for these arguments, compiled on first use: over mirrors where all operands have
   * them, which views that do not begin with their buffer and very large buffers have not.
   */
  get(kernel: Kernel, ranges: readonly BufferRange[]): Pipeline {
    const mirrors = this.#mirrors;
    if (!mirrors) return this.#plainForm(kernel);
    const mirrored = this.#mirrored.get(kernel) ??
      this.#compile(kernel, mirroredSource(kernel.code), this.#mirrored);
    const fits = mirrored.operands.every(({ argument, place }) =>
      place === "buffer" || (ranges[argument].offset === 0 && mirrors.fit(ranges[argument].buffer))
    );
    return fits ? mirrored : this.#plainForm(kernel);
  }

  #plainForm(kernel: Kernel): Pipeline {
    return this.#plain.get(kernel) ??
      this.#compile(kernel, { code: kernel.code, operands: operandsOf(kernel.code) }, this.#plain);
  }

  #compile(kernel: Kernel, { code, operands }: Source, cache: Map<Kernel, Pipeline>): Pipeline {
    const module = this.#device.createShaderModule({ label: kernel.name, code });
    const handle = this.#device.createComputePipeline({
      label: kernel.name,
      layout: "auto",
      compute: { module, entryPoint: "main", constants: kernel.constants },
    });
    const id = this.#plain.size + this.#mirrored.size;
    const pipeline = { id, name: kernel.name, handle, layout: handle.getBindGroupLayout(0), operands };
    cache.set(kernel, pipeline);
    return pipeline;
  }
}
