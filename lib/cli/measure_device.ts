/** Short measurements that tell how fast a device is. @module */
import type { Gpu } from "../gpu/gpu.ts";
import { matmul, matrixOf } from "../kernels/matmul.ts";
import { empty, tensor } from "../tensor/tensor.ts";
import { Random } from "../tensor/random.ts";

/** What {@linkcode measureDevice} found. */
export interface DeviceSpeed {
  /** Billions of additions and multiplications a second, in square matrix products of `matmulSize`. */
  readonly matmulGflops: number;
  readonly matmulSize: number;
  /** Milliseconds from asking for one number to having it, the device being idle. */
  readonly readbackMilliseconds: number;
}

const ENOUGH_SECONDS = 0.4;

/** Measures a matrix product (512³ on the software adapter, 2048³ on a GPU) and a readback, in about a second. */
export function measureDevice(gpu: Gpu): DeviceSpeed {
  const size = gpu.software ? 512 : 2048;
  const contents = new Float32Array(size * size);
  const random = new Random(1);
  for (let i = 0; i < contents.length; i++) contents[i] = random.uniform() - 0.5;
  using a = tensor(gpu, contents, [size, size]);
  using b = tensor(gpu, contents, [size, size]);
  using c = empty(gpu, [size, size]);
  const product = () => matmul(matrixOf(a), matrixOf(b), matrixOf(c));
  const corner = c.view([1]);

  const seconds = secondsEach(product, () => corner.item());
  const readback = secondsEach(() => corner.item(), () => {});
  return {
    matmulGflops: 2 * size ** 3 / seconds / 1e9,
    matmulSize: size,
    readbackMilliseconds: readback * 1e3,
  };
}

/** Seconds of one call, from ever longer runs of calls, each ended by `wait`; the first, cold call is left out. */
function secondsEach(call: () => void, wait: () => void): number {
  call();
  wait();
  for (let count = 1;; count *= 2) {
    const started = performance.now();
    for (let i = 0; i < count; i++) call();
    wait();
    const seconds = (performance.now() - started) / 1e3;
    if (seconds > ENOUGH_SECONDS) return seconds / count;
  }
}
