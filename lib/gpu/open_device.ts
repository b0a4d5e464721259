/** Opening a device. @module */
import { type DeviceChoice, requestAdapter, requestDevice } from "./adapter.ts";
import { type SoftwareThreads, withSoftwareThreads } from "./software_threads.ts";

/** Which device to open. */
export interface DeviceOptions {
  /** `auto` (a GPU where there is one, else the software adapter), `gpu` or `software`; default `auto`. */
  readonly device?: DeviceChoice;
  /**
   * Threads of the software adapter: `one` for small models, `all` (the default) for large ones. What a thread's first
   * device is opened with holds for all that it opens.
   */
  readonly threads?: SoftwareThreads;
}

/** A device and what is known of it. */
export interface OpenedDevice {
  readonly device: GPUDevice;
  readonly info: GPUAdapterInfo;
  /** Default `all`. */
  readonly threads?: SoftwareThreads;
}

/** @throws {NoAdapterError} when there is no such adapter */
export function openDevice({ device = "auto", threads }: DeviceOptions): Promise<OpenedDevice> {
  return withSoftwareThreads(threads, async (threads) => {
    const adapter = await requestAdapter(device);
    return { device: await requestDevice(adapter), info: adapter.info, threads };
  });
}
