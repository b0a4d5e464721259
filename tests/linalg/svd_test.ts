import { assert, assertAlmostEquals, assertEquals, assertThrows } from "../assert.ts";
import { type Gpu, openGpu } from "../../lib/gpu/gpu.ts";
import { type Dense, dense, transpose } from "../../lib/linalg/dense.ts";
import { gramSvd } from "../../lib/linalg/gram_svd.ts";
import { svd, type SvdOptions } from "../../lib/linalg/svd.ts";
import { topPairsOf } from "../../lib/linalg/top_pairs_of.ts";
import { topKSvd } from "../../lib/linalg/top_k_svd.ts";
import { Random } from "../../lib/tensor/random.ts";
import { type Tensor, tensor } from "../../lib/tensor/tensor.ts";
import { orthonormalityError, type Pairs, reconstructionError } from "../../lib/verify/subspace_measures.ts";
import { matrixWithSpectrum } from "./known_spectrum.ts";

Deno.test("svd of small matrices of all shapes", async () => {
  using gpu = await openGpu();
  for (const [m, n] of [[1, 1], [7, 1], [1, 7], [33, 20], [20, 33], [64, 64], [257, 7], [7, 257]]) {
    const a = dense(m, n, new Random(m + 1000 * n).normalArray(m * n));
    const pairs = onGpu(gpu, a, {});
    assertEquals(pairs.s.length, Math.min(m, n));
    assert(reconstructionError(a, pairs) < 2e-5);
    assert(pairs.residual < 1e-12);
    checkSigns(pairs.v);
  }
  assertEquals(gpu.liveBuffers, 0);
});

for (const [m, n] of [[300, 257], [257, 300], [257, 257]]) {
  Deno.test(`the iteration on ${m} by ${n} finds the first pairs of decaying spectra`, async () => {
    using gpu = await openGpu();
    const spectra: ((i: number) => number)[] = [
      (i) => 1 / (i + 1),
      (i) => 0.8 ** i,
      (i) => 1 / Math.sqrt(i + 1),
      (i) => 1e-20 / (i + 1),
      (i) => 1e20 / (i + 1),
      (i) => i < 3 ? 3 : 1 / i,
    ];
    for (const spectrum of spectra) {
      const values = Array.from({ length: 257 }, (_, i) => spectrum(i));
      const pairs = onGpu(gpu, matrixWithSpectrum(m, n, values), { k: 8 });
      assertEquals(pairs.method, "krylov");
      assert(pairs.residual <= 3e-5);
      for (let i = 0; i < 8; i++) assertAlmostEquals(pairs.s[i] / values[i], 1, 1e-6, `${spectrum} ${i}`);
      assert(orthonormalityError(pairs.u) < 1e-6);
      assert(orthonormalityError(pairs.v) < 1e-6);
      checkSigns(pairs.v);
    }
    assertEquals(gpu.liveBuffers, 0);
  });
}

Deno.test("the iteration spans the right space", async () => {
  using gpu = await openGpu();
  const a = matrixWithSpectrum(300, 257, Array.from({ length: 257 }, (_, i) => 0.8 ** i));
  const found = onGpu(gpu, a, { k: 8 });
  const exact = gramSvd(a, 8);
  for (const side of ["u", "v"] as const) {
    const x = found[side], y = exact[side];
    for (let k = 0; k < 8; k++) {
      let product = 0;
      for (let i = 0; i < x.rows; i++) product += x.data[i * 8 + k] * y.data[i * 8 + k];
      assertAlmostEquals(Math.abs(product), 1, 1e-7);
    }
  }
});

Deno.test("the same seed gives the same numbers, another seed almost the same", async () => {
  using gpu = await openGpu();
  const a = matrixWithSpectrum(257, 257, Array.from({ length: 257 }, (_, i) => 1 / (i + 1)));
  const [first, second, other] = [1, 1, 2].map((seed) => onGpu(gpu, a, { k: 4, seed }));
  assertEquals(first, second);
  for (let i = 0; i < 4; i++) assertAlmostEquals(other.s[i], first.s[i], 1e-6);
});

Deno.test("where the iteration does not converge the full decomposition takes over", async () => {
  using gpu = await openGpu();
  const a = dense(160, 150, new Random(1).normalArray(24000));
  const strict = onGpu(gpu, a, { k: 8, tolerance: 1e-12 });
  assertEquals(strict.method, "full");
  assert(strict.residual < 1e-12);
  const loose = onGpu(gpu, a, { k: 8 });
  for (let i = 0; i < 8; i++) assertAlmostEquals(loose.s[i] / strict.s[i], 1, 1e-6);
  assertEquals(onGpu(gpu, a, { k: 100 }).method, "full");
  using operand = tensor(gpu, new Float32Array(a.data), [160, 150]);
  assertEquals(topKSvd(operand, { k: 8, tolerance: 1e-12 })?.converged, false);
  const all = topKSvd(operand, { k: 150 });
  assertAlmostEquals(all!.s[149] / gramSvd(a, 150).s[149], 1, 1e-3);
  assertThrows(() => topKSvd(operand, { k: 151 }), RangeError, "151");
});

Deno.test("large matrices of low rank and zero have orthonormal vectors", async () => {
  using gpu = await openGpu();
  for (const values of [[3, 2, 1], []]) {
    const pairs = onGpu(gpu, matrixWithSpectrum(200, 150, values), { k: 6 });
    for (let i = 0; i < 6; i++) assertAlmostEquals(pairs.s[i], values[i] ?? 0, 2e-6);
    assert(orthonormalityError(pairs.u) < 1e-6);
    assert(orthonormalityError(pairs.v) < 1e-6);
  }
});

Deno.test("what cannot be decomposed is refused in one sentence", async () => {
  using gpu = await openGpu();
  for (const size of [5, 150]) {
    for (const bad of [NaN, Infinity]) {
      const values = new Float32Array(size * size).fill(1);
      values[size + 2] = bad;
      using a = tensor(gpu, values, [size, size]);
      assertThrows(() => svd(a, { k: 2 }), RangeError, "row 1, column 2");
    }
  }
  using vector = tensor(gpu, new Float32Array(3), [3]);
  assertThrows(() => svd(vector), RangeError, "matrix");
  assertThrows(() => svd(vector.view([3, 1]), { k: 0 }), RangeError, "positive integer");
});

Deno.test("k is clipped and this is said", async () => {
  using gpu = await openGpu();
  using a = tensor(gpu, new Float32Array([3, 0, 0, 0, 4, 0]), [2, 3]);
  const { u, s, v, k, clipped } = svd(a, { k: 5 });
  assertEquals([k, clipped, u.shape, v.shape], [2, true, [2, 2], [3, 2]]);
  assertEquals([...s], [4, 3]);
});

function onGpu(gpu: Gpu, a: Dense, options: SvdOptions): Pairs & { method: string; residual: number } {
  using operand = tensor(gpu, new Float32Array(a.data), [a.rows, a.columns]);
  const { u, s, v, method, residual } = svd(operand, options);
  return { u: fromGpu(u), s, v: fromGpu(v), method, residual };
}

function fromGpu(columns: Tensor): Dense {
  const values = columns.readFloats();
  columns.dispose();
  return dense(columns.shape[0], columns.shape[1], values);
}

function checkSigns(v: Dense): void {
  const rows = transpose(v);
  for (let k = 0; k < v.columns; k++) {
    const column = rows.data.subarray(k * v.rows, (k + 1) * v.rows);
    assertEquals(Math.max(...column), Math.max(...column.map(Math.abs)));
  }
}

Deno.test("topPairsOf decomposes small and large matrices of a batch like svd", async () => {
  using gpu = await openGpu();
  for (const [m, n] of [[33, 20], [140, 150]]) {
    const parts = [1, 2].map((seed) => matrixWithSpectrum(m, n, [5, 4, 3, 2, 1], seed));
    using batch = tensor(gpu, new Float32Array(parts.flatMap((a) => [...a.data])), [2, m, n]);
    const { u, s, v, k, clipped } = topPairsOf(batch, { k: 3 });
    assertEquals([k, clipped], [3, false]);
    parts.forEach((a, i) => {
      const alone = onGpu(gpu, a, { k: 3 });
      const close = (x: ArrayLike<number>, y: ArrayLike<number>) => {
        for (let j = 0; j < x.length; j++) assertAlmostEquals(x[j], y[j], 1e-6);
      };
      close(alone.s, s.subarray(3 * i, 3 * i + 3));
      close(alone.u.data, u.subarray(3 * m * i, 3 * m * (i + 1)));
      close(alone.v.data, v.subarray(3 * n * i, 3 * n * (i + 1)));
    });
    const left = topPairsOf(batch, { k: 3, leading: "left" });
    for (let i = 0; i < 2; i++) checkSigns(dense(m, 3, left.u.subarray(3 * m * i, 3 * m * (i + 1))));
  }
  using flat = tensor(gpu, new Float32Array(4), [2, 2]);
  assertThrows(() => topPairsOf(flat, { k: 1 }), RangeError, "[2, 2]");
});
