import { assert, assertAlmostEquals, assertEquals, assertThrows } from "../assert.ts";
import { type Dense, dense } from "../../lib/linalg/dense.ts";
import { jacobiSvd } from "../../lib/linalg/jacobi_svd.ts";
import { largestPositive } from "../../lib/linalg/signs.ts";
import { topLeftVectors, topPairs, topRightVectors } from "../../lib/linalg/top_pairs.ts";
import { Random } from "../../lib/tensor/random.ts";

const BATCH = { count: 3, rows: 33, columns: 20, k: 4 };
const MATRICES = new Random(1).normalArray(3 * 33 * 20);

Deno.test("each matrix of a batch gets its own vectors, with the sign convention of the side kept", () => {
  const left = topLeftVectors(MATRICES, BATCH);
  const right = topRightVectors(MATRICES, BATCH);
  const both = topPairs(MATRICES, BATCH);
  for (let i = 0; i < 3; i++) {
    const a = dense(33, 20, MATRICES.subarray(i * 660, (i + 1) * 660));
    const byU = jacobiSvd(a, { k: 4 }), byV = jacobiSvd(a, { k: 4 });
    largestPositive(byU.u, byU.v);
    largestPositive(byV.v, byV.u);
    compare(left.vectors, i, byU.u);
    compare(right.vectors, i, byV.v);
    compare(both.u, i, byV.u);
    compare(both.v, i, byV.v);
    for (let k = 0; k < 4; k++) {
      for (const s of [left.values, right.values, both.s]) assertAlmostEquals(s[4 * i + k], byU.s[k], 1e-12);
    }
  }
});

Deno.test("in each column the entry of largest magnitude is positive", () => {
  const { vectors } = topLeftVectors(MATRICES, BATCH);
  for (let i = 0; i < 3; i++) {
    for (let k = 0; k < 4; k++) {
      const column = Array.from({ length: 33 }, (_, r) => vectors[i * 132 + r * 4 + k]);
      assertEquals(Math.max(...column), Math.max(...column.map(Math.abs)));
    }
  }
});

Deno.test("k is clipped to the smaller side, and this is said", () => {
  const { k, clipped, vectors } = topLeftVectors(MATRICES, { ...BATCH, k: 32 });
  assertEquals([k, clipped, vectors.length], [20, true, 3 * 33 * 20]);
  assertEquals(topPairs(MATRICES, BATCH).clipped, false);
});

Deno.test("sizes that do not fit and unusable k are refused", () => {
  assertThrows(() => topPairs(MATRICES, { ...BATCH, count: 4 }), RangeError, "announced");
  assertThrows(() => topPairs(MATRICES, { ...BATCH, k: 0 }), RangeError, "positive integer");
  assertThrows(() => topPairs(MATRICES, { ...BATCH, k: 2.5 }), RangeError, "positive integer");
});

function compare(got: Float32Array, index: number, want: Dense): void {
  want.data.forEach((value, i) => assertAlmostEquals(got[index * want.data.length + i], value, 1e-6));
}

Deno.test("values are finite for a zero matrix", () => {
  const { u, s, v } = topPairs(new Float32Array(12), { count: 1, rows: 4, columns: 3, k: 2 });
  assertEquals([...s], [0, 0]);
  assert([...u, ...v].every(Number.isFinite));
});
