import { assertEquals } from "@std/assert";
import { relativeBuckets } from "../../lib/models/t5/relative_buckets.ts";

/** Bucket of the position of a key relative to the query, by the formula of the paper in float64. */
function bucketOf(relative: number, buckets: number, maxDistance: number, bidirectional: boolean): number {
  const half = bidirectional ? buckets / 2 : buckets;
  const offset = bidirectional && relative > 0 ? half : 0;
  const distance = bidirectional ? Math.abs(relative) : Math.max(0, -relative);
  const exact = half / 2;
  if (distance < exact) return offset + distance;
  const position = Math.log(distance / exact) / Math.log(maxDistance / exact) * (half - exact);
  return offset + Math.min(half - 1, exact + Math.floor(position + 1e-9));
}

Deno.test("relative positions fall into the buckets of the formula", () => {
  for (const [buckets, maxDistance] of [[32, 128], [8, 20], [16, 64]]) {
    for (const bidirectional of [true, false]) {
      const [queries, keys] = [300, 290];
      const found = relativeBuckets(queries, keys, { buckets, maxDistance, bidirectional });
      found.forEach((bucket, at) => {
        const relative = at % keys - Math.floor(at / keys);
        const expected = bucketOf(relative, buckets, maxDistance, bidirectional);
        assertEquals(bucket, expected, `${relative} of ${buckets}/${maxDistance}, ${bidirectional}`);
      });
    }
  }
});
