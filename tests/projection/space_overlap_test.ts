import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { dense, multiply, transpose } from "../../lib/linalg/dense.ts";
import { emptySpace, growSpace, withoutSpace } from "../../lib/projection/shared_space.ts";
import { spaceOverlap } from "../../lib/projection/space_overlap.ts";
import { Random } from "../../lib/tensor/random.ts";

const random = new Random(5, "space overlap");

function matrix(rows: number, columns: number) {
  return dense(rows, columns, Array.from({ length: rows * columns }, () => random.normal()));
}

Deno.test("the share removed is what removing the space takes from the energy", () => {
  const energy = (data: Float64Array) => data.reduce((sum, value) => sum + value ** 2, 0);
  for (const [dimension, columns] of [[7, 3], [33, 5], [5, 9]]) {
    const { space } = growSpace(emptySpace(dimension), matrix(dimension, 2), { energyShare: 1 });
    const gradient = matrix(dimension, columns);
    const expected = 1 - energy(withoutSpace(space, gradient).data) / energy(gradient.data);
    const rows = spaceOverlap(space, gradient, { side: "rows" });
    const features = spaceOverlap(space, transpose(gradient), { side: "features" });
    for (const { shareRemoved } of [rows, features]) assertAlmostEquals(shareRemoved!, expected, 1e-12);
  }
});

Deno.test("the angles are those of the leading directions alone", () => {
  const tilt = 0.3;
  const { space } = growSpace(emptySpace(4), dense(4, 1, [1, 0, 0, 0]));
  const first = dense(4, 1, [Math.cos(tilt), Math.sin(tilt), 0, 0]);
  const gradient = dense(4, 2, [...multiply(first, dense(1, 2, [5, 5])).data]);
  gradient.data[4] += 0.01;
  assertAlmostEquals(spaceOverlap(space, gradient, { side: "rows", rank: 1 }).angles[0], tilt, 2e-3);
  assertEquals(spaceOverlap(space, gradient, { side: "rows", energyShare: 0.9 }).angles.length, 1);
});

Deno.test("no space takes nothing, no gradient has no share", () => {
  const gradient = matrix(3, 2);
  assertEquals(spaceOverlap(emptySpace(3), gradient, { side: "rows" }).shareRemoved, 0);
  assertEquals(spaceOverlap(emptySpace(3), dense(3, 2), { side: "rows" }).shareRemoved, null);
  assertThrows(() => spaceOverlap(emptySpace(3), gradient, { side: "features" }), RangeError, "given [3, 2]");
});
