/** Model folders that are damaged: each gives one sentence. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../lib/errors/input_error.ts";
import fc from "fast-check";
import { openCheckpoint } from "../../lib/models/checkpoint_files.ts";
import { encodeSafetensors } from "../../lib/models/safetensors.ts";
import { elementCount } from "../../lib/tensor/shape.ts";
import { fileOf, golden, inFolder, real, writeIndex, writeOne, writeShards } from "./weight_files.ts";

const { InvalidData, NotFound } = Deno.errors;

Deno.test("index and shards that disagree are refused in a sentence that says where", () => {
  inFolder((folder) => {
    const map = writeShards(folder, real, 7);
    const [name] = Object.keys(map);
    const index = `${folder}/model.safetensors.index.json`;
    const opening = (kind: new (...parts: never[]) => Error, part: string) =>
      assertThrows(() => openCheckpoint(folder), kind, part);

    writeIndex(folder, { ...map, absent: map[name] });
    opening(InvalidData, 'holds tensor "absent", which it does not');
    writeIndex(folder, { ...map, [name]: "model-00009.safetensors" });
    opening(NotFound, "model-00009.safetensors: there is no such file");
    for (const wrong of [null, 7, {}, [], { a: 1 }, { a: "../model.safetensors" }, { a: ".." }, { a: "" }]) {
      writeIndex(folder, wrong);
      opening(InvalidData, "weight_map");
    }
    Deno.writeTextFileSync(index, "{");
    opening(InputError, "is not JSON");

    writeIndex(folder, map);
    const one = new Map([[name, real.get(name)!]]);
    const last = Object.values(map).at(-1)!;
    Deno.writeFileSync(`${folder}/${last}`, encodeSafetensors(one));
    const error = opening(InvalidData, `Tensor "${name}" is both in`);
    assert(error.message.includes(last) && error.message.includes(map[name]));
    Deno.removeSync(index);
    opening(NotFound, "model.safetensors: there is no such file");
  });
});

Deno.test("headers that cannot be are refused with the reason", () => {
  const place = (from: number, to: number, dtype = "F32") => ({
    dtype,
    shape: [(to - from) / 4],
    data_offsets: [from, to],
  });
  const refused: [unknown, string][] = [
    [{ a: place(0, 8), b: place(4, 12) }, 'tensors "a" and "b" overlap'],
    [{ a: place(0, 4), b: place(8, 12) }, '4 bytes before tensor "b" belong to none'],
    [{ a: place(4, 12) }, '4 bytes before tensor "a" belong to none'],
    [{ a: place(0, 8) }, "4 bytes after its last tensor belong to none"],
    [{ a: place(0, 16) }, "truncated"],
    [{ a: place(0, 12, "F32X") }, 'unknown type "F32X"'],
    [{ a: place(0, 12, "constructor") }, 'unknown type "constructor"'],
    [{ a: { dtype: "F32", shape: [2 ** 40, 2 ** 40], data_offsets: [0, 12] } }, "does not fill"],
    [{ a: { dtype: "F32", shape: [3], data_offsets: [0, 12, 12] } }, "offsets"],
    [{ a: null }, "unknown type undefined"],
    [[1], "not a JSON object"],
    ['{"a": {"dtype":"F32","shape":[3],"data_offsets":[0,12]}, "\\u0061": 1}', 'names "a" twice'],
  ];
  inFolder((folder) => {
    for (const [header, part] of refused) {
      Deno.writeFileSync(`${folder}/model.safetensors`, fileOf(header, new Uint8Array(12)));
      assertThrows(() => openCheckpoint(folder), InvalidData, part);
    }
    const claim = fileOf({}, new Uint8Array(0));
    new DataView(claim.buffer).setBigUint64(0, 2n ** 63n, true);
    Deno.writeFileSync(`${folder}/model.safetensors`, claim);
    assertThrows(() => openCheckpoint(folder), InvalidData, "but only 2 follow");
    writeOne(folder, "U8", new Uint8Array(4));
    using checkpoint = openCheckpoint(folder);
    assertThrows(() => checkpoint.read("a"), InvalidData, "elements of type U8");
  });
});

Deno.test("a real file with a few changed bytes, or cut, is read or refused in one sentence", () => {
  const good = Deno.readFileSync(`${golden}/model.safetensors`);
  const headerEnd = 8 + Number(new DataView(good.buffer).getBigUint64(0, true));
  const change = fc.tuple(fc.nat(headerEnd + 64), fc.integer({ min: 0, max: 255 }));
  const damage = fc.record({
    changes: fc.array(change, { maxLength: 3 }),
    length: fc.option(fc.nat(good.length), { nil: good.length }),
  });
  inFolder((folder) => {
    fc.assert(
      fc.property(damage, ({ changes, length }) => {
        const bytes = good.slice();
        for (const [at, value] of changes) bytes[at] = value;
        Deno.writeFileSync(`${folder}/model.safetensors`, bytes.subarray(0, length));
        try {
          using checkpoint = openCheckpoint(folder);
          for (const name of checkpoint.names) {
            assertEquals(checkpoint.read(name).length, elementCount(checkpoint.shapeOf(name)));
          }
        } catch (error) {
          assert(error instanceof InvalidData, `${error}`);
          assert(error.message.includes("model.safetensors") && !error.message.includes("\n"), error.message);
          assert(error.message.endsWith("."), error.message);
        }
      }),
      { numRuns: 300 },
    );
  });
});
