/** Recording GPU work for replay. @module */
import type { Gpu } from "../gpu/gpu.ts";
import type { Recording } from "../gpu/recording.ts";

/**
 * Keeps the commands that a synchronous function issues, without running them, as CUDA graphs do: `replay()` runs
 * them on the present contents of the tensors that existed before. Tensors made inside belong to the recording.
 *
 * @example Sum up, two replays
 * ```ts
 * import { addScaled, openGpu, recorded, tensor } from "gorp";
 * using gpu = await openGpu();
 * using x = tensor(gpu, new Float32Array([1]));
 * using sum = tensor(gpu, new Float32Array([0]));
 * using step = recorded(gpu, () => addScaled(x, sum));
 * step.replay();
 * step.replay();
 * if (sum.item() !== 2) throw new Error(`${sum.item()}`);
 * ```
 */
export function recorded<Result>(gpu: Gpu, body: () => Result): Recording<Result> {
  return gpu.record(body);
}
