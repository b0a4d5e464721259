/**
 * Times the matrix product at the shapes of a training step and at square ones.
 *
 * Run with `deno run -A bench/matmul_bench.ts`. "current" repeats a product whose operands have not changed, so that
 * the software adapter copies nothing; "changed" has A written before each product; "cold" is the first call,
 * with compilation.
 */
import { type Gpu, openGpu } from "../lib/gpu/gpu.ts";
import { type Epilogue, matmul, matrixOf } from "../lib/kernels/matmul.ts";
import { Random } from "../lib/tensor/random.ts";
import { recorded } from "../lib/tensor/recorded.ts";
import { tensor } from "../lib/tensor/tensor.ts";

interface Shape {
  readonly layout: string;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly batch?: number;
  readonly epilogue?: Epilogue;
}

const SHAPES: readonly Shape[] = [
  { layout: "NT", m: 320, n: 192, k: 64 },
  { layout: "NT", m: 320, n: 64, k: 64, epilogue: "residual" },
  { layout: "NT", m: 320, n: 256, k: 64, epilogue: "relu" },
  { layout: "NT", m: 320, n: 64, k: 256, epilogue: "residual" },
  { layout: "NT", m: 320, n: 128, k: 64 },
  { layout: "NT", m: 32, n: 192, k: 64 },
  { layout: "NT", m: 32, n: 64, k: 64 },
  { layout: "NT", m: 32, n: 64, k: 256 },
  { layout: "NT", m: 32, n: 420, k: 64 },
  { layout: "NN", m: 320, n: 64, k: 192 },
  { layout: "NN", m: 320, n: 64, k: 64 },
  { layout: "NN", m: 320, n: 256, k: 64, epilogue: "reluMask" },
  { layout: "NN", m: 320, n: 64, k: 256, epilogue: "accumulate" },
  { layout: "NN", m: 32, n: 64, k: 420 },
  { layout: "TN", m: 128, n: 64, k: 320 },
  { layout: "TN", m: 64, n: 64, k: 32 },
  { layout: "TN", m: 64, n: 64, k: 320 },
  { layout: "TN", m: 64, n: 64, k: 8, batch: 8, epilogue: "accumulate" },
  { layout: "TN", m: 8, n: 64, k: 64, batch: 4 },
  { layout: "NT", m: 320, n: 8, k: 64 },
  { layout: "NT", m: 37, n: 33, k: 65 },
  ...["NN", "NT", "TN"].flatMap((layout) => [256, 512, 1024].map((n) => ({ layout, m: n, n, k: n }))),
];

/** Best seconds of several runs. */
function best(gpu: Gpu, runs: number, body: () => void): number {
  const fence = tensor(gpu, new Float32Array(1));
  let least = Infinity;
  for (let run = 0; run < runs; run++) {
    fence.read();
    const start = performance.now();
    body();
    fence.read();
    least = Math.min(least, performance.now() - start);
  }
  fence.dispose();
  return least / 1000;
}

function timeShape(gpu: Gpu, shape: Shape): void {
  const { layout, m, n, k, batch = 1, epilogue } = shape;
  const [transposeA, transposeB] = [layout[0] === "T", layout[1] === "T"];
  const random = new Random(1);
  const make = (rows: number, columns: number) => {
    const values = tensor(gpu, random.normalArray(batch * rows * columns), [batch * rows, columns]);
    return { ...matrixOf(values), rows, batchStride: rows * columns };
  };
  const a = transposeA ? make(k, m) : make(m, k);
  const b = transposeB ? make(n, k) : make(k, n);
  const c = make(m, n);
  const operand = make(m, n);
  const run = () => matmul(a, b, c, { transposeA, transposeB, batch, epilogue, operand });
  const flops = 2 * m * n * k * batch;
  const cold = best(gpu, 1, run);
  const count = Math.max(2, Math.min(50, Math.round(2e8 / flops)));
  const repeat = (body: () => void) => () => {
    for (let i = 0; i < count; i++) body();
  };
  using current = recorded(gpu, repeat(run));
  using changed = recorded(gpu, repeat(() => (gpu.clear({ ...a.tensor.range, size: 4 }), run())));
  const times = [current, changed].map((recording) => best(gpu, 15, () => recording.replay()) / count);
  const name = `${layout} ${batch > 1 ? `${batch} × ` : ""}${m}×${n}×${k} ${epilogue ?? ""}`;
  const columns = times.map((seconds) =>
    `${(seconds * 1e6).toFixed(0).padStart(9)} ${(flops / seconds / 1e9).toFixed(1).padStart(8)}`
  );
  console.log(name.padEnd(32) + columns.join("") + (cold * 1000).toFixed(0).padStart(9));
  for (const matrix of [a, b, c, operand]) matrix.tensor.dispose();
}

if (import.meta.main) {
  using gpu = await openGpu();
  console.log(gpu.name);
  console.log("m×n×k".padEnd(32) + "  current  GFLOP/s  changed  GFLOP/s  cold/ms");
  console.log("".padEnd(32) + "       µs                µs");
  for (const shape of SHAPES) timeShape(gpu, shape);
}
