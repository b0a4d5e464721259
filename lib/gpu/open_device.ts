/** Opening a device. @module */
import { type DeviceChoice, requestAdapter, requestDevice } from "./adapter.ts";
import { chooseSoftwareThreads, type SoftwareThreads } from "./software_threads.ts";

/** Which device to open. */
export interface DeviceOptions {
  /** `auto` (a GPU where there is one, else the software adapter), `gpu` or `software`; default `auto`. */
  readonly device?: DeviceChoice;
  /**
   * Threads of the software adapter: `one` for small models, `all` for large ones, which is the default unless the
   * environment has `LP_NUM_THREADS=0`. What a thread's first device is opened with holds for all that it opens.
   */
  readonly threads?: SoftwareThreads;
}

/** A device and what is known of it. */
export interface OpenedDevice {
  readonly device: GPUDevice;
  readonly info: GPUAdapterInfo;
  /** Default `all`. */
  readonly threads?: SoftwareThreads;
  /** The system's numbers of the threads that the driver has started, and of any others that began meanwhile. */
  readonly threadIds?: readonly number[];
}

/** @throws {NoAdapterError} when there is no such adapter */
export async function openDevice(options: DeviceOptions): Promise<OpenedDevice> {
  const threads = chooseSoftwareThreads(options.threads);
  const before = new Set(threadIds());
  const adapter = await requestAdapter(options.device ?? "auto");
  const device = await requestDevice(adapter);
  return { device, info: adapter.info, threads, threadIds: threadIds().filter((id) => !before.has(id)) };
}

/** The threads of this process, where the system tells. */
function threadIds(): number[] {
  if (Deno.build.os !== "linux") return [];
  return Array.from(Deno.readDirSync("/proc/self/task"), ({ name }) => Number(name));
}
