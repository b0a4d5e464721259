import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { encodeSafetensors, parseSafetensors } from "../../lib/models/safetensors.ts";
import { elementCount } from "../../lib/tensor/shape.ts";

const python = Deno.env.get("GORP_PYTHON");
if (python === undefined) {
  console.log("skipped: reading safetensors in Python, as GORP_PYTHON names no interpreter with safetensors");
}

type Named = Map<string, { shape: number[]; data: Float32Array<ArrayBuffer> }>;

const SAMPLE: Named = new Map([
  ["weight", { shape: [2, 3], data: new Float32Array([1, -2.5, 0.1, 65504, 6e-8, -0]) }],
  ["größe.weight", { shape: [1], data: new Float32Array([7]) }],
  ["empty", { shape: [0, 4], data: new Float32Array(0) }],
  ["scalar", { shape: [], data: new Float32Array([3]) }],
]);

/** A file with this header, followed by `extra` zero bytes. */
function fileOf(header: unknown, extra = 0): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + extra);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

Deno.test("safetensors: what is written is read back, in float32 exactly", () => {
  const finite = fc.float({ noNaN: true });
  const tensors = fc.dictionary(fc.string(), fc.array(fc.array(finite, { minLength: 3, maxLength: 3 })));
  fc.assert(
    fc.property(tensors, (values) => {
      const named: Named = new Map(
        Object.entries(values).filter(([name]) => name !== "__metadata__" && name !== "__proto__").map((
          [name, rows],
        ) => [name, { shape: [rows.length, 3], data: new Float32Array(rows.flat()) }]),
      );
      const read = parseSafetensors(encodeSafetensors(named, { metadata: { format: "pt" } }), "memory");
      assertEquals([...read.keys()].sort(), [...named.keys()].sort());
      for (const [name, { shape, data }] of named) {
        assertEquals([...read.get(name)!.shape], shape);
        assertEquals(read.get(name)!.data, data);
      }
    }),
    { numRuns: 100, seed: 1 },
  );
});

Deno.test("safetensors: F16 rounds to the nearest half-precision number", () => {
  const read = parseSafetensors(encodeSafetensors(SAMPLE, { dtype: "F16" }), "memory");
  assertEquals(read.get("weight")!.dtype, "F16");
  const expected = [1, -2.5, 0.0999755859375, 65504, 5.960464477539063e-8, -0];
  assertEquals([...read.get("weight")!.data], expected);
});

Deno.test("safetensors: other element types become float32 or integers", () => {
  const header = {
    bf16: { dtype: "BF16", shape: [2], data_offsets: [0, 4] },
    f64: { dtype: "F64", shape: [1], data_offsets: [4, 12] },
    i64: { dtype: "I64", shape: [1], data_offsets: [12, 20] },
    i32: { dtype: "I32", shape: [1], data_offsets: [20, 24] },
  };
  const bytes = fileOf(header, 24);
  const view = new DataView(bytes.buffer, bytes.length - 24);
  view.setUint16(0, 0x3f80, true); // 1 in bfloat16
  view.setUint16(2, 0xc040, true); // −3
  view.setFloat64(4, Math.PI, true);
  view.setBigInt64(12, -5n, true);
  view.setInt32(20, 7, true);
  const read = parseSafetensors(bytes, "memory");
  assertEquals([...read.get("bf16")!.data], [1, -3]);
  assertEquals([read.get("f64")!.data[0], read.get("i64")!.data[0], read.get("i32")!.data[0]], [
    Math.PI,
    -5,
    7,
  ]);
});

Deno.test("safetensors: a damaged file gives one sentence that names it, whatever the damage", () => {
  const good = encodeSafetensors(SAMPLE);
  const damage = fc.oneof(
    fc.integer({ min: 0, max: good.length - 1 }).map((length) => good.slice(0, length)),
    fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }).map(
      (changes) => {
        const bytes = good.slice();
        for (const [at, value] of changes) bytes[at] = value;
        return bytes;
      },
    ),
    fc.uint8Array({ maxLength: 64 }).map((bytes) => new Uint8Array(bytes)),
    fc.jsonValue().map((value) => fileOf(value, 8)),
    fc.dictionary(fc.constantFrom("a", "b", "__metadata__"), fc.jsonValue()).map((value) => fileOf(value, 8)),
    fc.record({
      dtype: fc.constantFrom("F32", "F16", "BF16", "I64", "X", null),
      shape: fc.oneof(fc.array(fc.oneof(fc.integer(), fc.double())), fc.jsonValue()),
      data_offsets: fc.oneof(fc.array(fc.oneof(fc.integer(), fc.double())), fc.jsonValue()),
    }).map((entry) => fileOf({ a: entry }, 16)),
  );
  fc.assert(
    fc.property(damage, (bytes) => {
      let read;
      try {
        read = parseSafetensors(bytes as Uint8Array<ArrayBuffer>, "some.safetensors");
      } catch (error) {
        assert(error instanceof Error && error.constructor !== TypeError, `${error}`);
        assert(error.message.includes("some.safetensors"), error.message);
        assert(/\.$/.test(error.message) && !error.message.includes("\n"), error.message);
        return;
      }
      for (const { shape, data } of read.values()) assertEquals(elementCount(shape), data.length);
    }),
    { numRuns: 600, seed: 2 },
  );
});

Deno.test("safetensors: the reason is named", () => {
  const reading = (bytes: Uint8Array<ArrayBuffer>) => () => parseSafetensors(bytes, "x");
  const entry = (parts: object) =>
    fileOf({ a: { dtype: "F32", shape: [1], data_offsets: [0, 4], ...parts } }, 4);
  assertThrows(reading(new Uint8Array(5)), Error, "5 bytes");
  assertThrows(reading(new Uint8Array(8).fill(255)), Error, "truncated");
  assertThrows(reading(fileOf("{")), Error, "not JSON");
  assertThrows(reading(entry({ dtype: "Q8" })), Error, '"Q8"');
  assertThrows(reading(entry({ shape: [-1] })), Error, "shape [-1]");
  assertThrows(reading(entry({ shape: [2] })), Error, "[2]");
  assertThrows(reading(entry({ shape: [2], data_offsets: [0, 8] })), Error, "truncated");
});

Deno.test({
  name: "safetensors: Python's safetensors reads what is written",
  ignore: python === undefined,
  fn() {
    const folder = Deno.makeTempDirSync();
    try {
      for (const dtype of ["F32", "F16"] as const) {
        Deno.writeFileSync(`${folder}/${dtype}.safetensors`, encodeSafetensors(SAMPLE, { dtype }));
      }
      const program = `
import json, sys
from safetensors.numpy import load_file
files = [load_file(f"{sys.argv[1]}/{dtype}.safetensors") for dtype in ("F32", "F16")]
print(json.dumps([{k: [str(v.dtype), list(v.shape), v.ravel().tolist()] for k, v in f.items()} for f in files]))
`;
      const run = new Deno.Command(python!, { args: ["-c", program, folder] }).outputSync();
      assert(run.success, new TextDecoder().decode(run.stderr));
      const [f32, f16] = JSON.parse(new TextDecoder().decode(run.stdout));
      for (const [name, { shape, data }] of SAMPLE) {
        assertEquals(f32[name], ["float32", shape, [...data]]);
        assertEquals(f16[name], ["float16", shape, [...new Float16Array(data)]]);
      }
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});
