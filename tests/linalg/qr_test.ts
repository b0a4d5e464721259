import fc from "fast-check";
import { assert, assertAlmostEquals, assertThrows } from "../assert.ts";
import { dense, multiply } from "../../lib/linalg/dense.ts";
import { completeColumns, qr } from "../../lib/linalg/qr.ts";
import { Random } from "../../lib/tensor/random.ts";
import { orthonormalityError } from "../../lib/verify/subspace_measures.ts";

Deno.test("Q is orthonormal, R upper triangular with no negative diagonal, and Q R the matrix", () => {
  const property = fc.property(
    fc.integer({ min: 1, max: 33 }),
    fc.integer(),
    fc.boolean(),
    (m, seed, dependent) => {
      const random = new Random(seed);
      const n = 1 + random.integer(m);
      const a = dense(m, n, random.normalArray(m * n));
      if (dependent && n > 1) { for (let i = 0; i < m; i++) a.data[i * n + 1] = a.data[i * n]; }
      const { q, r } = qr(a);
      const product = multiply(q, r);
      assert(orthonormalityError(q) < 1e-13);
      a.data.forEach((value, i) => assertAlmostEquals(product.data[i], value, 1e-12));
      for (let i = 0; i < n; i++) {
        assert(r.data[i * n + i] >= 0);
        for (let j = 0; j < i; j++) assert(r.data[i * n + j] === 0);
      }
    },
  );
  fc.assert(property, { numRuns: 60 });
});

Deno.test("columns that are orthonormal stay, and are completed by others", () => {
  const { q } = qr(dense(9, 4, new Random(1).normalArray(36)));
  qr(q).q.data.forEach((value, i) => assertAlmostEquals(value, q.data[i], 1e-14));
  const all = completeColumns(q, 9);
  assert(orthonormalityError(all) < 1e-13);
  for (let i = 0; i < 9; i++) for (let j = 0; j < 4; j++) assert(all.data[i * 9 + j] === q.data[i * 4 + j]);
});

Deno.test("more columns than rows are refused", () => {
  assertThrows(() => qr(dense(2, 3)), RangeError, "as many rows as columns");
});
