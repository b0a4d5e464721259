import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { orthonormalityError, projector } from "../../lib/verify/subspace_measures.ts";
import { covarianceFactor } from "../../lib/linalg/covariance_factor.ts";
import { dense, multiply, transpose } from "../../lib/linalg/dense.ts";
import { newDirections } from "../../lib/projection/rank_rule.ts";
import {
  emptySpace,
  growSpace,
  growSpaceFromCovariance,
  withoutSpace,
} from "../../lib/projection/shared_space.ts";
import { Random } from "../../lib/tensor/random.ts";

Deno.test("whatever tasks come, the basis stays orthonormal and holds what it held", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 9 }),
      fc.array(fc.tuple(fc.integer(), fc.integer({ min: 0, max: 4 }), fc.double({ min: 0.1, max: 1 })), {
        maxLength: 4,
      }),
      (dimension, columns, tasks) => {
        let space = emptySpace(dimension);
        for (const [seed, rank, energyShare] of tasks) {
          const measured = lowRank(seed, { rows: dimension, columns, rank });
          const before = space;
          space = growSpace(space, measured, { energyShare }).space;
          assert(space.basis.columns <= dimension);
          assert(orthonormalityError(space.basis) < 1e-12);
          assert(norm(withoutSpace(space, before.basis)) < 1e-6);
          const left = norm(withoutSpace(space, measured)) ** 2;
          assert(left <= (1 - energyShare + 1e-9) * norm(measured) ** 2);
        }
      },
    ),
    { numRuns: 60, seed: 1 },
  );
});

function lowRank(seed: number, size: { rows: number; columns: number; rank: number }) {
  const random = new Random(seed);
  const result = dense(size.rows, size.columns);
  for (let r = 0; r < size.rank; r++) {
    const u = random.normalArray(size.rows), v = random.normalArray(size.columns);
    for (let i = 0; i < result.data.length; i++) {
      result.data[i] += u[Math.floor(i / size.columns)] * v[i % size.columns];
    }
  }
  return result;
}

function norm(a: { readonly data: ArrayLike<number> }): number {
  return Math.hypot(...Array.from(a.data));
}

Deno.test("the covariance and its root grow the space that all gradients side by side grow", () => {
  const random = new Random(6);
  const [dimension, rows, steps] = [7, 3, 5];
  let [bySide, byRoot, byCovariance] = Array.from({ length: 3 }, () => emptySpace(dimension));
  for (let task = 0; task < 2; task++) {
    const gradients = dense(dimension, rows * steps, random.normalArray(dimension * rows * steps));
    for (let i = 0; i < dimension; i++) {
      for (let j = 0; j < rows * steps; j++) gradients.data[i * rows * steps + j] *= 0.3 ** ((i + task) % 4);
    }
    const grown = growSpace(bySide, gradients, { energyShare: 0.9 });
    bySide = grown.space;
    const covariance = multiply(gradients, transpose(gradients));
    byRoot = growSpace(byRoot, covarianceFactor(covariance), { energyShare: 0.9 }).space;
    const direct = growSpaceFromCovariance(byCovariance, covariance, { energyShare: 0.9 });
    byCovariance = direct.space;
    assertEquals(byRoot.basis.columns, bySide.basis.columns);
    assertEquals(direct.added, grown.added);
    assertAlmostEquals(direct.heldBefore, grown.heldBefore, 1e-9);
    grown.spectrum.forEach((value, i) => assertAlmostEquals(direct.spectrum[i], value, 1e-8));
    assert(byRoot.basis.columns < dimension);
    const expected = projector(bySide.basis);
    for (const { basis } of [byRoot, byCovariance]) {
      projector(basis).forEach((value, i) => assertAlmostEquals(value, expected[i], 1e-8));
    }
  }
});

Deno.test("growth tells how much of a task the space held before", () => {
  const first = growSpace(emptySpace(2), dense(2, 2, [3, 0, 0, 0]));
  assertEquals([first.added, first.heldBefore], [1, 0]);
  const second = growSpace(first.space, dense(2, 1, [3, 4]));
  assertEquals(second.added, 1);
  assertAlmostEquals(second.heldBefore, 9 / 25, 1e-12);
  const third = growSpace(second.space, dense(2, 1, [1, 1]));
  assertEquals([third.added, third.space.basis.columns], [0, 2]);
});

Deno.test("the space refuses matrices of another height, and such that are not finite", () => {
  assertThrows(() => growSpace(emptySpace(3), dense(2, 2, [1, 0, 0, 1])), RangeError, "vectors of length 3");
  assertThrows(() => growSpace(emptySpace(2), dense(2, 1, [NaN, 1])), RangeError, "finite");
  const square = (value: number) => dense(2, 2, [1, 0, 0, value]);
  assertThrows(() => growSpaceFromCovariance(emptySpace(3), square(1)), RangeError, "vectors of length 3");
  assertThrows(() => growSpaceFromCovariance(emptySpace(2), square(NaN)), RangeError, "finite");
});

Deno.test("the rank rules differ by the direction that crosses the share", () => {
  const budget = { total: 14, kept: 0, share: 0.9 };
  assertEquals(newDirections([3, 2, 1], "reach", budget), 2);
  assertEquals(newDirections([3, 2, 1], "stop-before", budget), 1);
  assertEquals(newDirections([3, 2, 1], "reach", { ...budget, kept: 13 }), 0);
  assertEquals(newDirections([1], "stop-before", { total: 1, kept: 0, share: 0.5 }), 0);
  assertEquals(newDirections([1, 1], "reach", { total: 4, kept: 0, share: 1 }), 2); // all there are
});

Deno.test("a covariance whose sums underflowed grows a space all the same", () => {
  const random = new Random(7);
  for (let trial = 0; trial < 20; trial++) {
    const n = 17 + random.integer(60);
    const covariance = new Float32Array(n * n);
    for (let rank = 1 + random.integer(4); rank > 0; rank--) {
      const gradient = random.normalArray(n, 1e-15 * 0.1 ** random.integer(8));
      covariance.forEach((_, i) => covariance[i] += gradient[Math.floor(i / n)] * gradient[i % n]);
    }
    const { space, spectrum } = growSpaceFromCovariance(emptySpace(n), dense(n, n, [...covariance]));
    assert(space.basis.columns >= 1 && space.basis.columns <= 4, `${space.basis.columns} of ${n}`);
    assert(orthonormalityError(space.basis) < 1e-10);
    assert(spectrum.every((value, i) => i === 0 || value <= spectrum[i - 1]));
  }
});
