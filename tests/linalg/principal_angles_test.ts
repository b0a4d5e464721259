import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { dense } from "../../lib/linalg/dense.ts";
import { principalAngles } from "../../lib/linalg/principal_angles.ts";
import golden from "../golden/principal-angles/scipy/case.json" with { type: "json" };

Deno.test("principal angles are SciPy's", () => {
  for (const { what, a, b, angles } of golden.config.cases) {
    const [first, second] = [a, b].map(({ shape: [rows, columns], data }) => dense(rows, columns, data));
    for (const found of [principalAngles(first, second), principalAngles(second, first)]) {
      assertEquals(found.length, angles.length, what);
      angles.forEach((angle, i) => assertAlmostEquals(found[i], angle, 1e-9, what));
      assert(found.every((angle, i) => i === 0 || angle >= found[i - 1] - 1e-12), what);
    }
  }
});

Deno.test("principal angles of nothing are none, of other lengths an error", () => {
  assertEquals(principalAngles(dense(3, 0), dense(3, 2, [1, 0, 0, 1, 0, 0])).length, 0);
  assertThrows(() => principalAngles(dense(3, 1), dense(2, 1)), RangeError, "[3, 1] and [2, 1]");
});
