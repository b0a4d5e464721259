import { assert, assertAlmostEquals } from "@std/assert";
import { dense } from "../../lib/linalg/dense.ts";
import { shareOffDiagonal, shareOutside } from "../../lib/projection/rounding_shares.ts";
import { emptySpace, growSpace } from "../../lib/projection/shared_space.ts";

Deno.test("the share of a gradient outside a space, on both sides", () => {
  const { space } = growSpace(emptySpace(3), dense(3, 1, [0, 0, 2]));
  const rows = dense(3, 2, [1, 2, 3, 4, 5, 6]);
  const outside = Math.sqrt((1 + 4 + 9 + 16) / 91);
  assertAlmostEquals(shareOutside(space, rows, "rows"), outside, 1e-14);
  assertAlmostEquals(shareOutside(space, dense(2, 3, [1, 3, 5, 2, 4, 6]), "features"), outside, 1e-14);
  assertAlmostEquals(shareOutside(emptySpace(3), rows, "rows"), 1, 1e-14);
  const { space: full } = growSpace(space, dense(3, 2, [1, 0, 0, 1, 0, 0]), { energyShare: 1 });
  assert(shareOutside(full, rows, "rows") < 1e-14);
});

Deno.test("the share of a matrix off its diagonal", () => {
  assertAlmostEquals(shareOffDiagonal(dense(2, 3, [3, 0, 2, 0, 1, 1])), Math.sqrt(5 / 15), 1e-14);
});
