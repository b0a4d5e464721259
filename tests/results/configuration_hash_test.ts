import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { canonicalJson, configurationHash } from "../../lib/results/configuration_hash.ts";

/** The same value with the keys of every object in reverse order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).reverse().map(([key, item]) => [key, reversed(item)]));
}

Deno.test("the hash is the start of the SHA-256 of the sorted JSON", () => {
  assertEquals(
    canonicalJson({ b: [1, null, true], a: "x\n", c: undefined }),
    '{"a":"x\\n","b":[1,null,true]}',
  );
  // sha256sum of {"a":1}
  assertEquals(configurationHash({ a: 1 }), "015abd7f5cc5");
});

Deno.test("the order of keys does not matter, every value does", () => {
  fc.assert(fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
    assertEquals(canonicalJson(reversed(a)), canonicalJson(a));
    assertEquals(canonicalJson(JSON.parse(canonicalJson(a))), canonicalJson(a));
    const same = canonicalJson(a) === canonicalJson(b);
    assertEquals(configurationHash(a) === configurationHash(b), same);
  }));
  assert(configurationHash({ seed: 1 }) !== configurationHash({ seed: 2 }));
  assert(configurationHash({ seed: 1 }) !== configurationHash({ seed: "1" }));
});

Deno.test("what JSON would change is refused, with its place", () => {
  assertThrows(() => canonicalJson({ a: [0, NaN] }), TypeError, "the configuration.a[1] as JSON: it is NaN");
  assertThrows(
    () => canonicalJson({ when: new Date() }),
    TypeError,
    "configuration.when as JSON: it is Date",
  );
  for (const value of [1n, () => 0, Symbol("x"), undefined, [undefined], new Map(), Infinity]) {
    assertThrows(() => canonicalJson(value), TypeError, "as JSON");
  }
});
