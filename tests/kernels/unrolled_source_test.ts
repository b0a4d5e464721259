import { assertEquals, assertThrows } from "@std/assert";
import { unrolledSource } from "../../lib/kernels/unrolled_source.ts";

const flat = (code: string) => code.replace(/\s+/g, " ").trim();

Deno.test("loops over known counts are written out, nested ones too", () => {
  const code = `for (var i = 0u; i < A; i++) { for (var j = 0u; j < B; j++) { s[i * B + j] += f(i); } }`;
  assertEquals(
    flat(unrolledSource(code, { A: 1, B: 2 })),
    "{ { s[0u * 2u + 0u] += f(0u); } { s[0u * 2u + 1u] += f(0u); } }",
  );
});

Deno.test("other loops and longer names stay", () => {
  const code = "for (var k = 0u; k < keys; k++) { AB += A; }";
  assertEquals(unrolledSource(code, { A: 3 }), "for (var k = 0u; k < keys; k++) { AB += 3u; }");
});

Deno.test("a loop without an end is refused", () => {
  assertThrows(() => unrolledSource("for (var i = 0u; i < A; i++) { x", { A: 2 }), Error, "no end");
});
