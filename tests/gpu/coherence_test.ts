/**
 * Random programs on the GPU and on plain arrays: whatever was written, copied, computed, recorded and replayed, in
 * whatever order, a tensor holds what it should. The software adapter keeps contents in buffers and textures.
 */
import { assert } from "@std/assert";
import { type Gpu, openGpu } from "../../lib/gpu/gpu.ts";
import { addScaled, fill } from "../../lib/kernels/elementwise.ts";
import { matmul, matrixOf } from "../../lib/kernels/matmul.ts";
import { Random } from "../../lib/tensor/random.ts";
import { recorded } from "../../lib/tensor/recorded.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { copyInto, empty, type Tensor, tensor, zeros } from "../../lib/tensor/tensor.ts";

/** Square matrices: two whose width four divides, two that it does not. */
const WIDTHS = [8, 8, 5, 5];

/** A step of a program, on the GPU and on plain arrays. */
interface Step {
  readonly text: string;
  onGpu(tensors: readonly Tensor[]): void;
  onArrays(arrays: readonly Float32Array[]): void;
  /** Whether it may be recorded. */
  readonly recordable: boolean;
}

/** A random step that keeps the numbers small. */
function randomStep(random: Random): Step {
  const target = random.integer(4);
  const partner = target % 2 === 0 ? target + 1 : target - 1;
  const source = random.choice([target, partner]);
  const other = random.choice([target, partner]);
  const n = WIDTHS[target];
  const size = n * n;
  const offset = random.integer(size - 4);
  const count = 1 + random.integer(size - offset - 1);
  const value = Math.fround(random.uniform() - 0.5);
  const recordable = true;
  switch (random.integer(8)) {
    case 0:
      return {
        text: `fill ${target}`,
        onGpu: (x) => fill(x[target], value),
        onArrays: (x) => x[target].fill(value),
        recordable,
      };
    case 1:
      return {
        text: `add ${partner} to ${target}`,
        onGpu: (x) => addScaled(x[partner], x[target], { keep: 0.5, scale: 0.5 }),
        onArrays: (x) => x[target].forEach((old, i) => x[target][i] = 0.5 * old + 0.5 * x[partner][i]),
        recordable,
      };
    case 2:
    case 3:
      return {
        text: `multiply ${source} by ${other} into ${target}`,
        onGpu: (x) => product(x[source], x[other], x[target]),
        onArrays: (x) => x[target].set(plainProduct(x[source], x[other], n)),
        recordable,
      };
    case 4:
      return {
        text: `copy ${count} from ${partner} to ${target} at ${offset}`,
        onGpu: (x) => copyInto(x[partner].view([count], offset), x[target].view([count], offset)),
        onArrays: (x) => x[target].set(x[partner].subarray(offset, offset + count), offset),
        recordable,
      };
    case 5:
      return {
        text: `clear ${target} at ${offset}`,
        onGpu: (x) => x[target].gpu.clear(x[target].view([count], offset).range),
        onArrays: (x) => x[target].fill(0, offset, offset + count),
        recordable,
      };
    case 6: {
      const data = new Float32Array(count).fill(value);
      return {
        text: `write ${target} at ${offset}`,
        onGpu: (x) => x[target].view([count], offset).write(data),
        onArrays: (x) => x[target].set(data, offset),
        recordable: false,
      };
    }
    default:
      return {
        text: `through a temporary from ${source} to ${target}`,
        onGpu: (x) =>
          scope(x[0].gpu, () => addScaled(doubled(x[source]), x[target], { keep: 0.5, scale: 0.1 })),
        onArrays: (x) => {
          const added = x[source].slice();
          x[target].forEach((old, i) => x[target][i] = 0.5 * old + 0.2 * added[i]);
        },
        recordable,
      };
  }
}

/** `c = a b / 8`, by way of a temporary where it is an operand as well. */
function product(a: Tensor, b: Tensor, c: Tensor): void {
  scope(a.gpu, () => {
    const result = empty(a.gpu, a.shape);
    matmul(matrixOf(a), matrixOf(b), matrixOf(result), { alpha: 1 / 8 });
    copyInto(result, c);
  });
}

function doubled(x: Tensor): Tensor {
  const result = zeros(x.gpu, x.shape);
  addScaled(x, result, { scale: 2 });
  return result;
}

function plainProduct(a: Float32Array, b: Float32Array, n: number): Float32Array {
  return Float32Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = 0;
    for (let k = 0; k < n; k++) sum += a[i * n + k] * b[k * n + j];
    return sum / 8;
  });
}

function runProgram(gpu: Gpu, seed: number): void {
  const random = new Random(seed);
  const arrays = WIDTHS.map((n) => random.uniformArray(n * n, -1, 1));
  const tensors = arrays.map((data, i) => tensor(gpu, data, [WIDTHS[i], WIDTHS[i]]));
  const log: string[] = [];
  const check = () =>
    tensors.forEach((x, t) =>
      x.readFloats().forEach((value, i) => {
        const close = Math.abs(value - arrays[t][i]) <= 2e-5;
        assert(
          close,
          `seed ${seed}: tensor ${t} at ${i} is ${value}, not ${arrays[t][i]}, after ${log.join("; ")}`,
        );
      })
    );
  const programs = Array.from({ length: 2 }, () => {
    const steps = Array.from({ length: 4 }, () => randomStep(random)).filter((step) => step.recordable);
    return { steps, recording: recorded(gpu, () => steps.forEach((step) => step.onGpu(tensors))) };
  });
  for (let i = 0; i < 14; i++) {
    const choice = random.integer(4);
    if (choice < 2) {
      const { steps, recording } = programs[choice];
      log.push(`replay ${choice} (${steps.map(({ text }) => text).join(", ")})`);
      recording.replay();
      steps.forEach((step) => step.onArrays(arrays));
    } else {
      const step = randomStep(random);
      log.push(step.text);
      step.onGpu(tensors);
      step.onArrays(arrays);
    }
    if (random.integer(5) === 0) check();
  }
  check();
  for (const { recording } of programs) recording[Symbol.dispose]();
  for (const x of tensors) x.dispose();
}

Deno.test("tensors hold what they should after any sequence of writes, copies, launches and replays", async () => {
  using gpu = await openGpu();
  for (let seed = 0; seed < 60; seed++) runProgram(gpu, seed);
  await new Promise((resolve) => setTimeout(resolve, 1)); // lets the device report what it refused
  gpu.checkAlive();
});
