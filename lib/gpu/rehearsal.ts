/** Rehearsing work on a device without the device. @module */
import { Gpu } from "./gpu.ts";

/** What a device is like, as far as the choice of kernels and the sizes of buffers depend on it. */
export interface DeviceTraits {
  readonly info: GPUAdapterInfo;
  readonly features: { has(name: string): boolean };
  readonly limits: Readonly<Record<string, number>>;
}

/** Traits of a GPU with the least that WebGPU guarantees, for where there is no adapter to ask. */
const PLAIN_GPU: DeviceTraits = {
  info: { description: "any GPU", isFallbackAdapter: false, subgroupMinSize: 32, subgroupMaxSize: 32 } as
    & GPUAdapterInfo
    & Record<string, unknown>,
  features: new Set(),
  limits: {
    minUniformBufferOffsetAlignment: 256,
    minStorageBufferOffsetAlignment: 256,
    maxTextureDimension2D: 8192,
  },
};

/** A rehearsal finds out how much is needed, also where it is more than there is. */
const UNLIMITED: ReadonlySet<string | symbol> = new Set(["maxBufferSize", "maxStorageBufferBindingSize"]);

/**
 * A device that holds nothing and computes nothing, but chooses kernels, allocates and records as another one does:
 * afterwards `memory` tells what the same program would take there. Buffers and bindings may have any size; what is read back is
 * zero.
 *
 * @param like whose kernels and limits to use; by default those of any GPU
 *
 * @example A gigabyte that is never allocated
 * ```ts
 * import { gpu as devices, zeros } from "gorp";
 * using gpu = devices.rehearsalGpu();
 * zeros(gpu, [1 << 14, 1 << 14]);
 * console.log(gpu.memory.peak); // 1073741824
 * ```
 */
export function rehearsalGpu(like?: Gpu): Gpu {
  const { info, features, limits } = like ? traitsOf(like) : PLAIN_GPU;
  const device = {
    features,
    limits: new Proxy({}, { get: (_, name) => UNLIMITED.has(name) ? Infinity : limits[name as string] }),
    queue: { submit: nothing, writeBuffer: nothing },
    lost: new Promise(() => {}),
    addEventListener: nothing,
    destroy: nothing,
    createBuffer: ({ size }: GPUBufferDescriptor) => ({
      size,
      destroy: nothing,
      unmap: nothing,
      mapAsync: () => Promise.resolve(),
      getMappedRange: (_: number, bytes: number) => new ArrayBuffer(bytes),
    }),
    createTexture: () => ({ destroy: nothing, createView: () => ({}) }),
    createShaderModule: () => ({}),
    createComputePipeline: () => ({ getBindGroupLayout: () => ({}) }),
    createBindGroup: () => ({}),
    createCommandEncoder: () => ({
      ...{ copyBufferToBuffer: nothing, copyBufferToTexture: nothing, copyTextureToBuffer: nothing },
      ...{ clearBuffer: nothing, finish: nothing },
      beginComputePass: () => ({
        ...{ setPipeline: nothing, setBindGroup: nothing, dispatchWorkgroups: nothing, end: nothing },
      }),
    }),
  };
  return new Gpu({ device: device as unknown as GPUDevice, info });
}

function traitsOf({ device, info }: Gpu): DeviceTraits {
  return {
    info,
    features: device.features,
    limits: device.limits as unknown as Record<string, number>,
  };
}

function nothing(): void {}
