import { assert, assertEquals, assertThrows } from "@std/assert";
import { mirroredSource } from "../../lib/gpu/mirrored_source.ts";

function kernel(...lines: string[]): string {
  return ["alias Lane = vec4f;", ...lines].join("\n");
}

const X = "@group(0) @binding(0) var<storage, read> x: array<Lane>;";
const Y = "@group(0) @binding(1) var<storage, read_write> y: array<Lane>;";
const SIZES = "@group(0) @binding(2) var<uniform> sizes: Sizes;";

Deno.test("operands that are read become textures, loads and all", () => {
  const { code, operands } = mirroredSource(kernel(X, "let a = x[i] + x[id[x[j].x]]; // x[k]"));
  assert(code.includes("@group(0) @binding(0) var x: texture_storage_2d<rgba32float, read>;"));
  assert(code.includes("let a = x_at(i) + x_at(id[x_at(j).x]);"), code);
  assert(!code.includes("x[k]"), "comments go");
  assertEquals(operands, [{ binding: 0, argument: 0, place: "quads", access: "read" }]);
});

Deno.test("operands that are only written become textures to store into", () => {
  const { code, operands } = mirroredSource(kernel(X, Y, "y[i + 1u] = 2.0 *\n  x[i];"));
  assert(code.includes("textureStore(y, texel(i + 1u), 2.0 *\n  x_at(i));"), code);
  assertEquals(operands.map(({ place, access }) => `${place} ${access}`), ["quads read", "quads write"]);
});

Deno.test("operands that are updated are read from a texture and written to the buffer", () => {
  const { code, operands } = mirroredSource(kernel(Y, SIZES, "if (y[i].x == 0.0) { y[i] += y[j]; }"));
  assert(code.includes("@binding(3) var y_old: texture_storage_2d<rgba32float, read>;"), code);
  assert(code.includes("if (y_old_at(i).x == 0.0) { y[i] = y_old_at(i) + (y_old_at(j)); }"), code);
  assertEquals(operands, [
    { binding: 1, argument: 1, place: "buffer", access: "write" },
    { binding: 3, argument: 1, place: "quads", access: "read" },
  ]);
});

Deno.test("single floats are read from quads and written to the buffer", () => {
  const { code, operands } = mirroredSource(
    kernel(
      "@group(0) @binding(0) var<storage, read> x: array<f32>;",
      Y.replace("Lane", "f32"),
      "y[i] = x[i];",
    ),
  );
  assert(code.includes("textureLoad(x, texel(i >> 2u))[i & 3u]"), code);
  assert(code.includes("y[i] = x_at(i);"), code);
  assertEquals(operands.map(({ place }) => place), ["buffer", "quads"]);
});

Deno.test("integers, single values and workgroup memory stay as they are", () => {
  const source = kernel(
    "@group(0) @binding(0) var<storage, read> ids: array<i32>;",
    "@group(0) @binding(1) var<storage, read> weight: f32;",
    "var<workgroup> partial: array<f32, 64>;",
    "partial[i] = weight * f32(ids[i]);",
  );
  const { code, operands } = mirroredSource(source);
  assertEquals(code, source);
  assertEquals(operands.map(({ place }) => place), ["buffer", "buffer"]);
});

Deno.test("assigning to an operand that is declared read-only is refused", () => {
  assertThrows(() => mirroredSource(kernel(X, "x[i] = vec4f();")), Error, '"x"');
});
