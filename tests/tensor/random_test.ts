import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../lib/tensor/random.ts";

const draws = (random: Random, count: number) => Array.from({ length: count }, () => random.uniform());

Deno.test("the same seed and stream give the same numbers, others do not", () => {
  assertEquals(draws(new Random(7, "a"), 5), draws(new Random(7, "a"), 5));
  const seen = new Set<number>();
  const seeds = [0, 1, -1, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1];
  for (const seed of seeds) {
    for (const stream of ["", "a", "b", "ab", "ba"]) seen.add(new Random(seed, stream).uniform());
  }
  assertEquals(seen.size, 5 * seeds.length);
});

Deno.test("drawing resumes at a position, and forks do not depend on what was drawn", () => {
  const random = new Random(3, "run");
  const fork = draws(random.fork("x"), 3);
  draws(random, 10);
  const rest = draws(new Random(3, "run", random.position), 4);
  assertEquals(draws(random, 4), rest);
  assertEquals(draws(random.fork("x"), 3), fork);
  assert(draws(random.fork("y"), 3)[0] !== fork[0]);
});

Deno.test("numbers are spread as they should be", () => {
  const random = new Random(1);
  const count = 40_000;
  const uniform = random.uniformArray(count, -1, 3);
  assert(uniform.every((x) => x >= -1 && x < 3));
  assertAlmostEquals(uniform.reduce((sum, x) => sum + x, 0) / count, 1, 0.03);
  const normal = random.normalArray(count, 2);
  assertAlmostEquals(normal.reduce((sum, x) => sum + x, 0) / count, 0, 0.05);
  assertAlmostEquals(normal.reduce((sum, x) => sum + x * x, 0) / count, 4, 0.15);
  const counts = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < count; i++) counts[random.integer(6)] += 1;
  const chiSquare = counts.reduce((sum, n) => sum + (n - count / 6) ** 2 / (count / 6), 0);
  assert(chiSquare < 20.5, `χ² ${chiSquare} of five degrees of freedom`); // p = 0.001
});

Deno.test("shuffles and samples hold each item once", () => {
  const random = new Random(2);
  const items = Array.from({ length: 20 }, (_, i) => i);
  assertEquals(random.shuffle(items).toSorted((a, b) => a - b), items);
  assertEquals(new Set(random.sample(items, 7)).size, 7);
  assertThrows(() => random.sample(items, 21), RangeError, "Cannot sample 21");
  const first = Array.from({ length: 2000 }, () => random.shuffle([0, 1, 2, 3])[0]);
  for (let i = 0; i < 4; i++) assertAlmostEquals(first.filter((x) => x === i).length / 2000, 0.25, 0.04);
});
