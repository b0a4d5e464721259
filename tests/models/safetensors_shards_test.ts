/** Model folders read tensor by tensor: one file, shards, element types, memory. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { openCheckpoint } from "../../lib/models/checkpoint_files.ts";
import { encodeSafetensors } from "../../lib/models/safetensors.ts";
import { bytesOf, golden, inFolder, real, writeOne, writeShards } from "./weight_files.ts";

const { InvalidData } = Deno.errors;

Deno.test("shards hold the same weights as one file", () => {
  inFolder((folder) => {
    writeShards(folder, real, 7);
    using one = openCheckpoint(golden);
    using shards = openCheckpoint(folder);
    assertEquals([...shards.names].sort(), [...one.names].sort());
    for (const name of one.names) {
      assertEquals(shards.shapeOf(name), one.shapeOf(name));
      assertEquals(shards.typeOf(name), "F32");
      assertEquals(shards.read(name), real.get(name)!.data);
      assertEquals(one.read(name), real.get(name)!.data);
    }
    assert(!shards.has("nothing"));
    assertThrows(() => shards.read("nothing"), RangeError, '"nothing"');
    assert(/^[0-9a-f]{12}$/.test(shards.fingerprint()) && shards.fingerprint() !== one.fingerprint());
  });
});

Deno.test("the fingerprint is a hash of the file's contents", async () => {
  const bytes = Deno.readFileSync(`${golden}/model.safetensors`);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  using checkpoint = openCheckpoint(golden);
  assertEquals(checkpoint.fingerprint(), hash.slice(0, 12));
});

Deno.test("any part of a tensor of any type is what the whole tensor has there", () => {
  const count = 70_001; // more than one piece, and odd
  const numbers = Float64Array.from({ length: count }, (_, i) => Math.sin(i) * (i % 5));
  const stored: [string, ArrayBufferView<ArrayBuffer> & { readonly length: number }, Float32Array][] = [
    ["F32", new Float32Array(numbers), new Float32Array(numbers)],
    ["F64", numbers, new Float32Array(numbers)],
    ["F16", new Float16Array(numbers), new Float32Array(new Float16Array(numbers))],
    ["I32", new Int32Array(numbers), new Float32Array(new Int32Array(numbers))],
    ["I64", BigInt64Array.from(new Int32Array(numbers), BigInt), new Float32Array(new Int32Array(numbers))],
    [
      "BF16",
      Uint16Array.from(new Uint32Array(new Float32Array(numbers).buffer), (bits) => bits >>> 16),
      new Float32Array(
        new Uint32Array(new Float32Array(numbers).buffer).map((bits) => bits & 0xffff0000).buffer,
      ),
    ],
  ];
  for (const [dtype, array, expected] of stored) {
    inFolder((folder) => {
      writeOne(folder, dtype, array);
      using checkpoint = openCheckpoint(folder);
      assertEquals(checkpoint.typeOf("a"), dtype);
      assertEquals(checkpoint.read("a"), expected, dtype);
      assertEquals(checkpoint.readBytes("a"), bytesOf(array));
      fc.assert(
        fc.property(fc.nat(count), fc.nat(count), (from, to) => {
          const [start, end] = [Math.min(from, to), Math.max(from, to)];
          const part = new Float32Array(end - start);
          checkpoint.readInto("a", part, { start });
          assertEquals(part, expected.slice(start, end));
        }),
        { numRuns: 10 },
      );
      assertThrows(
        () => checkpoint.readInto("a", new Float32Array(2), { start: count - 1 }),
        RangeError,
        "70001",
      );
    });
  }
});

Deno.test("every float16 and every bfloat16 number is read exactly", () => {
  const all = Uint16Array.from({ length: 0x10000 }, (_, i) => i);
  const expected = {
    F16: new Float32Array(new Float16Array(all.buffer)),
    BF16: new Float32Array(Uint32Array.from(all, (half) => half << 16).buffer),
  };
  for (const [dtype, values] of Object.entries(expected)) {
    inFolder((folder) => {
      writeOne(folder, dtype, all);
      using checkpoint = openCheckpoint(folder, { finite: false });
      assertEquals(checkpoint.read("a"), values);
    });
  }
});

Deno.test("NaN and infinities are refused wherever they stand, unless allowed", () => {
  for (const bad of [NaN, Infinity, -Infinity]) {
    for (const [length, at] of [[1, 0], [2, 1], [9, 8], [9, 0], [40_001, 33_333]]) {
      const values = new Float32Array(length).fill(-3.5);
      values[at] = bad;
      const bf16 = Uint16Array.from(new Uint32Array(values.buffer), (bits) => bits >>> 16);
      const stored = {
        F32: values,
        F64: new Float64Array(values),
        F16: new Float16Array(values),
        BF16: bf16,
      };
      for (const [dtype, array] of Object.entries(stored)) {
        inFolder((folder) => {
          writeOne(folder, dtype, array);
          using strict = openCheckpoint(folder);
          const error = assertThrows(() => strict.read("a"), InvalidData, `holds ${bad} as element ${at};`);
          assert(error.message.includes('"a"'));
          using lenient = openCheckpoint(folder, { finite: false });
          assertEquals(lenient.read("a"), values);
        });
      }
    }
  }
});

Deno.test({
  name: "reading all weights needs little more memory than they take",
  ignore: Deno.build.os !== "linux",
  fn() {
    inFolder((folder) => {
      const rows = { shape: [2048, 1024], data: new Float32Array(2048 * 1024) };
      const tensors = new Map(Array.from({ length: 8 }, (_, i) => [`layer.${i}.weight`, rows]));
      for (const dtype of ["F32", "F16"] as const) {
        Deno.writeFileSync(`${folder}/model.safetensors`, encodeSafetensors(tensors, { dtype }));
        const program = new URL("peak_memory.ts", import.meta.url).pathname;
        const args = ["run", "--quiet", "--no-check", "--allow-all", program, folder];
        const { stdout, stderr } = new Deno.Command(Deno.execPath(), { args }).outputSync();
        assertEquals(new TextDecoder().decode(stderr), "");
        const { bytes, grown } = JSON.parse(new TextDecoder().decode(stdout));
        assertEquals(bytes, 64 * 2 ** 20);
        assert(grown < 1.3 * bytes, `${dtype}: grew by ${grown} bytes for ${bytes} bytes of weights`);
      }
    });
  },
});
