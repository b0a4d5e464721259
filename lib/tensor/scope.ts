/** Lifetime of tensors. @module */
import type { PooledBuffer } from "../gpu/pooled_buffer.ts";
import type { Gpu } from "../gpu/gpu.ts";
import { Tensor } from "./tensor.ts";

/**
 * Runs a synchronous function and releases every tensor made in it except those in its result (a tensor, or
 * arrays, maps and plain records of tensors).
 *
 * @example Intermediate results do not outlive the scope
 * ```ts
 * import { openGpu, scope, tensor } from "gorp";
 * using gpu = await openGpu();
 * using kept = scope(gpu, () => {
 *   tensor(gpu, new Float32Array(1000)); // released
 *   return tensor(gpu, new Float32Array([1, 2]));
 * });
 * if (gpu.liveBuffers !== 1) throw new Error("leak");
 * console.log(kept.read());
 * ```
 */
export function scope<Result>(gpu: Gpu, body: () => Result): Result {
  return gpu.scope(body, buffersOf);
}

/** The buffers of all tensors in a value. */
function* buffersOf(value: unknown): Generator<PooledBuffer> {
  if (value instanceof Tensor) {
    yield value.buffer;
  } else if (Array.isArray(value) || value instanceof Set) {
    for (const item of value) yield* buffersOf(item);
  } else if (value instanceof Map) {
    for (const item of value.values()) yield* buffersOf(item);
  } else if (value !== null && typeof value === "object" && isPlain(value)) {
    for (const item of Object.values(value)) yield* buffersOf(item);
  }
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
