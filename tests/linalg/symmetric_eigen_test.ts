import fc from "fast-check";
import { assert, assertAlmostEquals, assertThrows } from "../assert.ts";
import { covarianceFactor } from "../../lib/linalg/covariance_factor.ts";
import { type Dense, dense, multiplyTransposed, rowGram } from "../../lib/linalg/dense.ts";
import { jacobiSvd } from "../../lib/linalg/jacobi_svd.ts";
import { symmetricEigen } from "../../lib/linalg/symmetric_eigen.ts";
import { Random } from "../../lib/tensor/random.ts";
import { orthonormalityError } from "../../lib/verify/subspace_measures.ts";

Deno.test("all pairs and the first pairs of random symmetric matrices", () => {
  const property = fc.property(fc.constantFrom(1, 2, 3, 7, 33, 64), fc.integer(), (n, seed) => {
    const a = symmetric(n, seed);
    checkPairs(a, symmetricEigen(a));
    checkPairs(a, symmetricEigen(a, { k: Math.ceil(n / 8) }));
  });
  fc.assert(property, { numRuns: 30 });
});

Deno.test("first pairs where eigenvalues repeat or the matrix falls apart into blocks", () => {
  const n = 40;
  const repeated = dense(n, n);
  for (let i = 0; i < n; i++) repeated.data[i * n + i] = i < 10 ? 2 : 1;
  checkPairs(repeated, symmetricEigen(repeated, { k: 8 }));

  const blocks = dense(n, n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) if (i >> 2 === j >> 2) blocks.data[i * n + j] = 1;
  checkPairs(blocks, symmetricEigen(blocks, { k: 12 }));

  const low = rowGram(dense(n, 3, new Random(1).normalArray(n * 3)));
  checkPairs(low, symmetricEigen(low, { k: 8 }));
  checkPairs(dense(n, n), symmetricEigen(dense(n, n), { k: 8 }));
});

Deno.test("the Wilkinson matrix, whose eigenvalues agree in pairs to many digits", () => {
  const n = 41;
  const a = dense(n, n);
  for (let i = 0; i < n; i++) {
    a.data[i * n + i] = Math.abs(i - 20);
    if (i > 0) a.data[i * n + i - 1] = a.data[(i - 1) * n + i] = 1;
  }
  const { values } = symmetricEigen(a, { k: 6 });
  checkPairs(a, symmetricEigen(a, { k: 6 }));
  assertAlmostEquals(values[0], values[1], 1e-13);
});

Deno.test("eigenvalues of the second difference matrix by its formula", () => {
  const n = 257;
  const a = dense(n, n);
  for (let i = 0; i < n; i++) {
    a.data[i * n + i] = 2;
    if (i > 0) a.data[i * n + i - 1] = a.data[(i - 1) * n + i] = -1;
  }
  const { values } = symmetricEigen(a, { k: 20 });
  values.forEach((value, i) =>
    assertAlmostEquals(value, 2 + 2 * Math.cos(Math.PI * (i + 1) / (n + 1)), 1e-13)
  );
});

Deno.test("covarianceFactor has the covariance and its eigenvalues as squared singular values", () => {
  const c = rowGram(dense(12, 7, new Random(2).normalArray(84)));
  const factor = covarianceFactor(c);
  const again = multiplyTransposed(factor, factor);
  c.data.forEach((value, i) => assertAlmostEquals(again.data[i], value, 1e-12));
  const { s } = jacobiSvd(factor), { values } = symmetricEigen(c);
  s.forEach((value, i) => assertAlmostEquals(value ** 2, Math.max(0, values[i]), 1e-12));
});

Deno.test("a matrix that is not square is refused", () => {
  assertThrows(() => symmetricEigen(dense(2, 3)), RangeError, "square");
  assertThrows(() => symmetricEigen(dense(1, 1, [NaN])), RangeError, "finite");
});

function symmetric(n: number, seed: number): Dense {
  const a = dense(n, n, new Random(seed).normalArray(n * n));
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) a.data[j * n + i] = a.data[i * n + j];
  return a;
}

function checkPairs(a: Dense, { values, vectors }: ReturnType<typeof symmetricEigen>): void {
  const n = a.rows, k = values.length;
  assert(orthonormalityError(vectors) < 1e-11, `orthonormality ${orthonormalityError(vectors)}`);
  for (let j = 0; j < k; j++) {
    if (j > 0) assert(values[j] <= values[j - 1]);
    for (let i = 0; i < n; i++) {
      let sum = -values[j] * vectors.data[i * k + j];
      for (let t = 0; t < n; t++) sum += a.data[i * n + t] * vectors.data[t * k + j];
      assert(Math.abs(sum) < 1e-11 * Math.max(1, Math.abs(values[0])), `pair ${j} of ${n}: residual ${sum}`);
    }
  }
}
