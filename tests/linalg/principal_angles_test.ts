import { assertEquals, assertThrows } from "@std/assert";
import { dense } from "../../lib/linalg/dense.ts";
import { principalAngles } from "../../lib/linalg/principal_angles.ts";

Deno.test("principal angles of nothing are none, of other lengths an error", () => {
  assertEquals(principalAngles(dense(3, 0), dense(3, 2, [1, 0, 0, 1, 0, 0])).length, 0);
  assertThrows(() => principalAngles(dense(3, 1), dense(2, 1)), RangeError, "[3, 1] and [2, 1]");
});
