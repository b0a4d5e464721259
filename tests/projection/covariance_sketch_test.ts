import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { dense, multiply, multiplyTransposed } from "../../lib/linalg/dense.ts";
import { nystromFactor } from "../../lib/linalg/nystrom_factor.ts";
import { readMatrices } from "../../lib/linalg/read_matrices.ts";
import { symmetricEigen } from "../../lib/linalg/symmetric_eigen.ts";
import { accumulateCovariance } from "../../lib/projection/accumulate_covariance.ts";
import { CovarianceSketch } from "../../lib/projection/covariance_sketch.ts";
import { GradientCovariance } from "../../lib/projection/gradient_covariance.ts";
import { emptySpace, type Side } from "../../lib/projection/shared_space.ts";
import { Random } from "../../lib/tensor/random.ts";
import { tensor } from "../../lib/tensor/tensor.ts";
import { projector } from "../../lib/verify/subspace_measures.ts";

const [WEIGHTS, OTHER] = [2, 5];

/** Gradients `[2, m, n]` of several steps whose d-long vectors lie in `rank` directions of each weight. */
function gradients(d: number, side: Side, options: { rank: number; steps: number; fall: number }) {
  const random = new Random(4);
  const { rank, steps, fall } = options;
  const directions = Array.from({ length: WEIGHTS }, () => random.normalArray(rank * d));
  return Array.from({ length: steps }, () => {
    const step = new Float32Array(WEIGHTS * OTHER * d);
    for (let l = 0; l < WEIGHTS; l++) {
      for (let o = 0; o < OTHER; o++) {
        for (let r = 0; r < rank; r++) {
          const factor = random.normal() * fall ** r;
          for (let i = 0; i < d; i++) {
            const at = side === "features" ? o * d + i : i * OTHER + o;
            step[l * OTHER * d + at] += factor * directions[l][r * d + i];
          }
        }
      }
    }
    return step;
  });
}

Deno.test("a sketch grows the space that the covariance grows where gradients use few directions", async () => {
  using gpu = await openGpu();
  for (const side of ["features", "rows"] as const) {
    const d = 33;
    const shape = side === "features" ? [WEIGHTS, OTHER, d] : [WEIGHTS, d, OTHER];
    using exact = new GradientCovariance(gpu, shape, side);
    using sketch = new CovarianceSketch(gpu, shape, side, 12);
    assertEquals(sketch.tensor.shape, [WEIGHTS, d, 12]);
    let [spaces, sketched] = [0, 1].map(() => Array.from({ length: WEIGHTS }, () => emptySpace(d)));
    for (let task = 0; task < 2; task++) {
      for (const step of gradients(d, side, { rank: 7, steps: 6, fall: task ? 0.5 : 0.8 })) {
        using gradient = tensor(gpu, step, shape);
        for (const source of [exact, sketch]) source.add(gradient);
      }
      const options = { energyShare: 0.95 };
      const grown = readMatrices(exact.tensor).map((c, i) => exact.grow(spaces[i], c, options));
      const grownBySketch = readMatrices(sketch.tensor).map((y, i) => sketch.grow(sketched[i], y, options));
      for (const [i, growth] of grown.entries()) {
        assertEquals(grownBySketch[i].added, growth.added);
        const largest = growth.spectrum[0];
        growth.spectrum.slice(0, 7).forEach((value, k) =>
          assertAlmostEquals(grownBySketch[i].spectrum[k], value, 1e-4 * largest)
        );
        const expected = projector(growth.space.basis);
        projector(grownBySketch[i].space.basis).forEach((value, k) =>
          assertAlmostEquals(value, expected[k], 2e-3)
        );
      }
      [spaces, sketched] = [grown, grownBySketch].map((growths) => growths.map(({ space }) => space));
      for (const source of [exact, sketch]) source.reset();
    }
  }
});

Deno.test("Nyström's approximation stays below the matrix, and near the best of its rank", () => {
  const random = new Random(5);
  for (const [n, columns] of [[40, 12], [64, 32], [9, 8]]) {
    const root = dense(n, n, random.normalArray(n * n));
    for (let i = 0; i < n * n; i++) root.data[i] *= 0.7 ** (i % n);
    const c = multiplyTransposed(root, root);
    const probes = dense(n, columns, random.normalArray(n * columns));
    const factor = nystromFactor(multiply(c, probes), probes);
    const found = multiplyTransposed(factor, factor);
    const rest = dense(n, n, c.data.map((value, i) => value - found.data[i]));
    const { values } = symmetricEigen(c);
    const { values: left } = symmetricEigen(rest);
    assert(left[n - 1] > -1e-5 * values[0], `${left[n - 1]}`);
    // What the best approximation of half the rank leaves out bounds it well (Tropp et al., 2017, theorem 4.1).
    const best = values.slice(columns >> 1).reduce((sum, value) => sum + Math.max(0, value), 0);
    const error = left.reduce((sum, value) => sum + Math.max(0, value), 0);
    assert(error < 3 * best + 1e-5 * values[0], `${error} against ${best}`);
  }
});

Deno.test("nothing accumulated is a factor without columns, and NaN is refused", () => {
  const probes = dense(3, 2, [1, 0, 0, 1, 0, 0]);
  assertEquals(nystromFactor(dense(3, 2), probes).columns, 0);
  assertThrows(() => nystromFactor(dense(3, 2, [1, 0, 0, NaN, 0, 0]), probes), RangeError, "finite");
  assertThrows(() => nystromFactor(dense(3, 1), probes), RangeError, "one shape");
});

Deno.test("wide covariances are sketched, narrow ones and such as are asked for are exact", async () => {
  using gpu = await openGpu();
  const widths: [number, number | null, number][] = [[8, null, 8], [1024, null, 1024], [1025, null, 256], [
    8,
    3,
    3,
  ], [8, 9, 8]];
  for (const [width, columns, kept] of widths) {
    using state = accumulateCovariance("features", { columns }).init(gpu, [1, 2, width]);
    assertEquals(state.tensor.shape, [1, width, kept]);
  }
});
