import { assert, assertAlmostEquals } from "../assert.ts";
import { type Dense, dense, multiplyTransposed, transpose } from "../../lib/linalg/dense.ts";
import { orthonormalizeBlock } from "../../lib/linalg/orthonormalize_block.ts";
import { Random } from "../../lib/tensor/random.ts";
import { orthonormalityError } from "../../lib/verify/subspace_measures.ts";

Deno.test("a block becomes orthonormal to itself and to the basis, however dependent its rows are", () => {
  const random = new Random(1);
  for (const closeness of [1, 1e-3, 1e-6, 1e-9, 0]) {
    const basis = dense(8, 60, random.normalArray(480));
    orthonormalizeBlock(basis, [], random);
    // Rows that lie in the span of the basis and of each other but for `closeness`.
    const block = dense(6, 60);
    for (let i = 0; i < 6; i++) {
      for (let j = 0; j < 60; j++) {
        block.data[i * 60 + j] = basis.data[j] + basis.data[60 * (1 + i % 2) + j] +
          closeness * random.normal();
      }
    }
    orthonormalizeBlock(block, [basis], random);
    const all = dense(14, 60, [...basis.data, ...block.data]);
    assert(orthonormalityError(transpose(all)) < 1e-9, `closeness ${closeness}`);
  }
});

Deno.test("the span is kept", () => {
  const random = new Random(2);
  const before = dense(5, 30, random.normalArray(150));
  const after: Dense = { ...before, data: before.data.slice() };
  orthonormalizeBlock(after, [], random);
  const parts = multiplyTransposed(before, after);
  for (let i = 0; i < 5; i++) {
    let inside = 0, all = 0;
    for (let k = 0; k < 5; k++) inside += parts.data[i * 5 + k] ** 2;
    for (let j = 0; j < 30; j++) all += before.data[i * 30 + j] ** 2;
    assertAlmostEquals(inside / all, 1, 1e-12);
  }
});

Deno.test("rows of zeros are replaced", () => {
  const block = dense(3, 9);
  orthonormalizeBlock(block, [], new Random(3));
  assert(orthonormalityError(transpose(block)) < 1e-12);
});
