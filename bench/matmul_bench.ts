/**
 * Times the matrix product at the shapes of a training step and at square ones, the latter beside jax-js and
 * TensorFlow.js.
 *
 * Run with `./gorp bench matmul`. "current" repeats a product whose operands have not changed, so that
 * the software adapter copies nothing; "changed" has A written before each product; "cold" is the first call,
 * with compilation.
 */
import { type Gpu, openGpu } from "../lib/gpu/gpu.ts";
import { type Epilogue, matmul, matrixOf } from "../lib/kernels/matmul.ts";
import { Random } from "../lib/tensor/random.ts";
import { recorded } from "../lib/tensor/recorded.ts";
import { tensor } from "../lib/tensor/tensor.ts";
import { measurePeer, PEERS } from "./peers/javascript_peers.ts";

interface Shape {
  readonly layout: string;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly batch?: number;
  readonly epilogue?: Epilogue;
}

/** Extents of square products. */
const SQUARES = [256, 512, 1024];
/** How often this project and its peers take turns at the square products. */
const ROUNDS = 2;

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
  ...["NN", "NT", "TN"].flatMap((layout) => SQUARES.map((n) => ({ layout, m: n, n, k: n }))),
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

interface ShapeTimes {
  readonly current: number;
  readonly changed: number;
  readonly cold: number;
}

/** Seconds a product. */
function timeShape(gpu: Gpu, shape: Shape): ShapeTimes {
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
  const cold = best(gpu, 1, run);
  const count = Math.max(2, Math.min(50, Math.round(2e8 / operations(shape))));
  const repeat = (body: () => void) => () => {
    for (let i = 0; i < count; i++) body();
  };
  using repeated = recorded(gpu, repeat(run));
  using rewritten = recorded(gpu, repeat(() => (gpu.clear({ ...a.tensor.range, size: 4 }), run())));
  const [current, changed] = [repeated, rewritten].map((recording) =>
    best(gpu, 15, () => recording.replay()) / count
  );
  for (const matrix of [a, b, c, operand]) matrix.tensor.dispose();
  return { current, changed, cold };
}

/** Floating-point operations of one product. */
function operations({ m, n, k, batch = 1 }: Shape): number {
  return 2 * m * n * k * batch;
}

function printShapes(gpu: Gpu): void {
  console.log("m×n×k".padEnd(32) + "  current  GFLOP/s  changed  GFLOP/s  cold/ms");
  console.log("".padEnd(32) + "       µs                µs");
  for (const shape of SHAPES) {
    const { layout, m, n, k, batch = 1, epilogue } = shape;
    const { current, changed, cold } = timeShape(gpu, shape);
    const name = `${layout} ${batch > 1 ? `${batch} × ` : ""}${m}×${n}×${k} ${epilogue ?? ""}`;
    const columns = [current, changed].map((seconds) =>
      (seconds * 1e6).toFixed(0).padStart(9) + (operations(shape) / seconds / 1e9).toFixed(1).padStart(9)
    );
    console.log(name.padEnd(32) + columns.join("") + (cold * 1000).toFixed(0).padStart(9));
  }
}

/** Square products, both operands as stored, by library: the best GFLOP/s of all rounds. */
async function printSquares(gpu: Gpu): Promise<void> {
  const seconds = new Map<string, number[]>();
  const keep = (label: string, found: readonly number[]) =>
    seconds.set(label, found.map((value, i) => Math.min(value, seconds.get(label)?.[i] ?? Infinity)));
  const missing = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    keep("GORP", SQUARES.map((n) => timeShape(gpu, { layout: "NN", m: n, n, k: n }).changed));
    for (const peer of PEERS) {
      const label = `${peer.library} ${peer.backEnd}`;
      const measured = missing.has(label) ? null : await measurePeer(peer, SQUARES.join());
      if (measured) keep(label, SQUARES.map((n) => Math.min(...measured.times[n]) / 1000));
      else missing.add(label);
    }
  }
  console.log("\nGFLOP/s, n×n×n".padEnd(33) + SQUARES.map((n) => `n = ${n}`.padStart(10)).join(""));
  for (const [label, found] of seconds) {
    const columns = found.map((each, i) => (2 * SQUARES[i] ** 3 / each / 1e9).toFixed(1).padStart(10));
    console.log(label.padEnd(32) + columns.join(""));
  }
}

if (import.meta.main) {
  using gpu = await openGpu();
  printShapes(gpu);
  await printSquares(gpu);
  console.log(`${gpu.name}; load ${Deno.loadavg()[0].toFixed(1)} on ${navigator.hardwareConcurrency} cores`);
}
