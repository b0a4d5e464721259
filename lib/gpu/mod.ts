/**
 * The device: buffers, kernels, recordings. Knows nothing of mathematics.
 *
 * @module
 */
export * from "./adapter.ts";
export * from "./bind_groups.ts";
export * from "./buffer_pool.ts";
export * from "./gpu.ts";
export * from "./kernel.ts";
export * from "./memory_meter.ts";
export * from "./open_device.ts";
export * from "./pooled_buffer.ts";
export * from "./profiler.ts";
export * from "./recording.ts";
export * from "./rehearsal.ts";
export * from "./software_threads.ts";
export * from "./uniform_store.ts";
