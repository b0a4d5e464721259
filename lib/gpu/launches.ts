/** Turning kernels and their operands into commands. @module */
import { BindGroupCache } from "./bind_groups.ts";
import type { BufferRange } from "./pooled_buffer.ts";
import type { DispatchCommand } from "./command.ts";
import type { Kernel, Launch } from "./kernel.ts";
import type { MemoryMeter } from "./memory_meter.ts";
import type { Mirrors } from "./mirrors.ts";
import { PipelineCache } from "./pipeline_cache.ts";
import type { Residence } from "./residence.ts";
import { packUniform, UniformStore } from "./uniform_store.ts";

/** Prepares launches, with everything that is made once and found again: pipelines, uniform blocks, bind groups. */
export class Launches {
  readonly #device: GPUDevice;
  readonly #mirrors: Mirrors;
  readonly #meter: MemoryMeter;
  readonly #residence: Residence;
  readonly #pipelines: PipelineCache;
  readonly #uniforms: UniformStore;
  #bindGroups: BindGroupCache;

  /** `software`: whether kernels read textures in place of buffers. */
  constructor(
    device: GPUDevice,
    parts: {
      readonly mirrors: Mirrors;
      readonly residence: Residence;
      readonly meter: MemoryMeter;
      readonly software: boolean;
    },
  ) {
    const { mirrors, residence, meter, software } = parts;
    this.#device = device;
    this.#mirrors = mirrors;
    this.#meter = meter;
    this.#residence = residence;
    this.#pipelines = new PipelineCache(device, software ? mirrors : null);
    this.#uniforms = new UniformStore(device);
    this.#bindGroups = new BindGroupCache(device, mirrors, meter);
  }

  /** The command of a launch, after the copies that bring its operands to where the kernel reads them. */
  prepare(kernel: Kernel, ranges: readonly BufferRange[], launch: Launch): DispatchCommand {
    const [x, y = 1, z = 1] = launch.grid;
    ranges.forEach(({ half = false }, argument) => {
      if (half === (kernel.halves?.includes(argument) ?? false)) return;
      throw new TypeError(
        `The kernel "${kernel.name}" reads operand ${argument} as ${
          half ? "float32" : "float16"
        }, which it is not.`,
      );
    });
    const pipeline = this.#pipelines.get(kernel, ranges);
    const uniform = launch.uniform ? this.#uniforms.get(packUniform(launch.uniform)) : null;
    const bindGroup = this.#bindGroups.get(pipeline, ranges, uniform);
    for (const { argument, place } of pipeline.operands) this.#residence.need(ranges[argument].buffer, place);
    for (const { argument, place, access } of pipeline.operands) {
      if (access === "write") this.#residence.written(ranges[argument].buffer, place);
    }
    return { kind: "dispatch", pipeline, bindGroup, grid: [x, y, z], operations: launch.operations ?? 0 };
  }

  /** Runs `body` with bind groups of its own, which are forgotten with the buffers that it acquires. */
  withOwnBindGroups<Result>(body: () => Result): Result {
    const outer = this.#bindGroups;
    this.#bindGroups = new BindGroupCache(this.#device, this.#mirrors, this.#meter);
    try {
      return body();
    } finally {
      this.#bindGroups = outer;
    }
  }

  /** Destroys the uniform blocks. */
  destroy(): void {
    this.#uniforms.destroy();
  }
}
