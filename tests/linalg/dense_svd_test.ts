import fc from "fast-check";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "../assert.ts";
import { sharedCases, SHIPPED } from "../golden_case.ts";
import { type Dense, dense, transpose } from "../../lib/linalg/dense.ts";
import { gramSvd } from "../../lib/linalg/gram_svd.ts";
import { jacobiSvd } from "../../lib/linalg/jacobi_svd.ts";
import { cpuSvd } from "../../lib/linalg/cpu_svd.ts";
import { Random } from "../../lib/tensor/random.ts";
import { orthonormalityError, reconstructionError } from "../../lib/verify/subspace_measures.ts";
import type { Decompose } from "../../lib/verify/kinds/svd.ts";
import { checkGoldenCases } from "./golden_svd.ts";

const METHODS: Record<string, Decompose> = {
  jacobiSvd: (a, k) => jacobiSvd(a, { k }),
  gramSvd,
  cpuSvd: (a, k) => cpuSvd(a, { k }),
};

for (const [name, decompose] of Object.entries(METHODS)) {
  Deno.test(`${name} agrees with LAPACK on the shipped cases`, () => {
    checkGoldenCases(SHIPPED, decompose);
  });

  Deno.test(`${name} agrees with LAPACK on the shared cases`, () => {
    const root = sharedCases("svd");
    if (root) assert(checkGoldenCases(root, decompose) > 0);
  });

  Deno.test(`${name} gives back random matrices of any size and scale`, () => {
    const size = fc.constantFrom(1, 2, 7, 20, 33);
    const property = fc.property(
      size,
      size,
      fc.integer(),
      fc.integer({ min: -20, max: 20 }),
      (m, n, seed, power) => {
        const scale = 10 ** power;
        const a = dense(m, n, new Random(seed).normalArray(m * n).map((x) => x * scale));
        checkAll(a, decompose(a, Math.min(m, n)), 1e-12 * Math.sqrt(m * n) * scale);
      },
    );
    fc.assert(property, { numRuns: 40 });
  });

  Deno.test(`${name} handles matrices with repeated, dependent and zero columns`, () => {
    const small = fc.integer({ min: -2, max: 2 });
    const matrix = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })).chain(([m, n]) =>
      fc.array(small, { minLength: m * n, maxLength: m * n }).map((values) => dense(m, n, values))
    );
    const property = fc.property(matrix, (a) => {
      checkAll(a, decompose(a, Math.min(a.rows, a.columns)), 1e-12);
    });
    fc.assert(property, { numRuns: 200 });
  });

  Deno.test(`${name} of a transpose swaps the sides`, () => {
    const a = dense(33, 20, new Random(3).normalArray(660));
    const { s, u, v } = decompose(a, 4), other = decompose(transpose(a), 4);
    for (let k = 0; k < 4; k++) {
      assertAlmostEquals(other.s[k], s[k], 1e-12 * s[0]);
      assertAlmostEquals(Math.abs(columnProduct(other.u, v, k)), 1, 1e-12);
      assertAlmostEquals(Math.abs(columnProduct(other.v, u, k)), 1, 1e-12);
    }
  });

  for (const bad of [NaN, Infinity, -Infinity]) {
    Deno.test(`${name} rejects ${bad} in one sentence that says where`, () => {
      const a = dense(2, 3, [1, 2, 3, 4, 5, bad]);
      assertThrows(() => decompose(a, 1), RangeError, "row 1, column 2");
    });
  }
}

Deno.test("gramSvd and jacobiSvd agree on values down to 1e-7 of the largest", () => {
  const n = 64;
  const { u, v } = jacobiSvd(dense(n, n, new Random(4).normalArray(n * n)));
  const a = dense(n, n);
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        a.data[i * n + j] += 10 ** -(k / 3) * u.data[i * n + k] * v.data[j * n + k];
      }
    }
  }
  const { s } = gramSvd(a, 24);
  for (let k = 0; k <= 21; k++) assertAlmostEquals(s[k] * 10 ** (k / 3), 1, 1e-7, `value ${k}: ${s[k]}`);
});

Deno.test("extreme scales neither overflow nor underflow", () => {
  for (const scale of [1e-300, 1e-160, 1e160, 1e300]) {
    for (const decompose of Object.values(METHODS)) {
      const { s } = decompose(dense(2, 2, [3 * scale, 0, 4 * scale, 5 * scale]), 2);
      assertAlmostEquals(s[0] / scale, Math.sqrt(45), 1e-14);
      assertAlmostEquals(s[1] / scale, Math.sqrt(5), 1e-14);
    }
  }
});

Deno.test("tall and wide matrices of 257", () => {
  for (const [m, n] of [[257, 3], [3, 257], [257, 33]]) {
    const a = dense(m, n, new Random(5).normalArray(m * n));
    for (const decompose of Object.values(METHODS)) checkAll(a, decompose(a, Math.min(m, n)), 1e-12);
  }
});

Deno.test("cpuSvd names the method it took", () => {
  const a = dense(64, 64, new Random(6).normalArray(4096));
  assertEquals(cpuSvd(a, { k: 8 }).method, "gram");
  assertEquals(cpuSvd(dense(8, 64, a.data.subarray(0, 512))).method, "jacobi");
});

function checkAll(a: Dense, pairs: ReturnType<Decompose>, tolerance: number): void {
  assert(reconstructionError(a, pairs) <= tolerance, `reconstruction ${reconstructionError(a, pairs)}`);
  assert(orthonormalityError(pairs.u) < 1e-11, `u ${orthonormalityError(pairs.u)}`);
  assert(orthonormalityError(pairs.v) < 1e-11, `v ${orthonormalityError(pairs.v)}`);
  for (let k = 1; k < pairs.s.length; k++) assert(pairs.s[k] <= pairs.s[k - 1] && pairs.s[k] >= 0);
}

function columnProduct(a: Dense, b: Dense, k: number): number {
  let sum = 0;
  for (let i = 0; i < a.rows; i++) sum += a.data[i * a.columns + k] * b.data[i * b.columns + k];
  return sum;
}
