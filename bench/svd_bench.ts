/**
 * Times singular value decompositions beside LAPACK.
 *
 * Run with `deno run -A bench/svd_bench.ts`. With `GORP_PYTHON` set to a Python that has numpy (and torch, for
 * torch.svd_lowrank), the same shapes are timed there, in float32 and float64. Spectra fall like 1/i. "read"
 * has the matrices on the CPU, as after reading gradients back; "svd" begins and ends with tensors on the GPU.
 */
import { openGpu } from "../lib/gpu/gpu.ts";
import { type Dense, dense } from "../lib/linalg/dense.ts";
import { cpuSvd } from "../lib/linalg/cpu_svd.ts";
import { svd } from "../lib/linalg/svd.ts";
import { topPairs } from "../lib/linalg/top_pairs.ts";
import { tensor } from "../lib/tensor/tensor.ts";
import { matrixWithSpectrum } from "../tests/linalg/known_spectrum.ts";

interface Case {
  readonly from: "read" | "svd";
  readonly count: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

const CASES: readonly Case[] = [
  { from: "read", count: 4, m: 64, n: 64, k: 8 },
  { from: "read", count: 12, m: 64, n: 64, k: 64 },
  { from: "read", count: 12, m: 8, n: 64, k: 8 },
  { from: "svd", count: 1, m: 64, n: 64, k: 8 },
  { from: "svd", count: 1, m: 256, n: 256, k: 8 },
  { from: "svd", count: 1, m: 576, n: 1536, k: 8 },
  { from: "svd", count: 1, m: 1024, n: 1024, k: 8 },
  { from: "svd", count: 1, m: 1024, n: 1024, k: 32 },
  { from: "svd", count: 1, m: 4096, n: 1024, k: 8 },
];

interface Times {
  readonly first: number;
  readonly best: number;
  readonly median: number;
}

/** Milliseconds of repeated runs within about a second. */
function times(run: () => void): Times {
  const all: number[] = [];
  for (let total = 0; (total < 1000 || all.length < 5) && all.length < 300;) {
    const start = performance.now();
    run();
    all.push(performance.now() - start);
    total += all.at(-1)!;
  }
  const sorted = all.toSorted((x, y) => x - y);
  return { first: all[0], best: sorted[0], median: sorted[sorted.length >> 1] };
}

function harmonic(m: number, n: number): Dense {
  return matrixWithSpectrum(m, n, Float64Array.from({ length: Math.min(m, n) }, (_, i) => 1 / (i + 1)));
}

/** Peers' best milliseconds by case, none without a Python. */
function peerTimes(): Map<string, Record<string, number>> {
  const python = Deno.env.get("GORP_PYTHON");
  if (!python) {
    console.log("GORP_PYTHON is not set: no peers.");
    return new Map();
  }
  const script = new URL("peers/svd.py", import.meta.url).pathname;
  const { code, stdout, stderr } = new Deno.Command(python, { args: [script, ...CASES.map(keyOf)] })
    .outputSync();
  const decoder = new TextDecoder();
  if (code !== 0) throw new Error(`The peer failed:\n${decoder.decode(stderr)}`);
  const lines = decoder.decode(stdout).trim().split("\n").map((line) => JSON.parse(line));
  return new Map(lines.map(({ case: key, ...found }) => [key, found]));
}

function keyOf({ count, m, n, k }: Case): string {
  return [count, m, n, k].join();
}

if (import.meta.main) {
  using gpu = await openGpu();
  const peers = peerTimes();
  console.log(`${gpu.name}; milliseconds`);
  const titles = [
    "first",
    "best",
    "median",
    "gesdd f32",
    "gesdd f64",
    "svd_lowrank",
    "error / s₁",
    "its error",
  ];
  console.log("".padEnd(28) + titles.map((title) => title.padStart(12)).join(""));
  for (const item of CASES) {
    const { from, count, m, n, k } = item;
    const a = harmonic(m, n);
    const values = new Float32Array(a.data);
    const batch = new Float32Array(count * m * n);
    for (let i = 0; i < count; i++) batch.set(values, i * m * n);
    using operand = tensor(gpu, values, [m, n]);
    let s: Float64Array = new Float64Array(k);
    const measured = times(() => {
      if (from === "read") {
        s = topPairs(batch, { count, rows: m, columns: n, k }).s;
        return;
      }
      const found = svd(operand, { k });
      s = found.s;
      found.u.dispose();
      found.v.dispose();
    });
    const exact = m * n <= 2 ** 16 ? cpuSvd(dense(m, n, values)).s : s.map((_, i) => 1 / (i + 1));
    let error = 0;
    for (let i = 0; i < k; i++) error = Math.max(error, Math.abs(s[i] - exact[i]) / exact[0]);
    const peer = peers.get(keyOf(item));
    const columns = [
      measured.first,
      measured.best,
      measured.median,
      peer?.float32,
      peer?.float64,
      peer?.lowrank,
    ]
      .map((value) => (value === undefined ? "–" : value.toFixed(2)).padStart(12));
    const name = `${from} ${count > 1 ? `${count} × ` : ""}${m}×${n}, k = ${k}`;
    const errors = [error, peer?.lowrankError].map((value) => (value?.toExponential(0) ?? "–").padStart(12));
    console.log(name.padEnd(28) + columns.join("") + errors.join(""));
  }
}
