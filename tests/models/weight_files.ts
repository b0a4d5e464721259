/** Model folders with weights, whole, in shards, and damaged, for tests. */
import { encodeSafetensors, readSafetensors } from "../../lib/models/safetensors.ts";

/** The folder of a small golden model. */
export const golden = new URL("../golden/t5/small-relu-tied/model", import.meta.url).pathname;

/** Calls back with a temporary folder. */
export function inFolder(body: (folder: string) => void): void {
  const folder = Deno.makeTempDirSync();
  try {
    body(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Tensors by name. */
export type Tensors = Parameters<typeof encodeSafetensors>[0];

/** Writes tensors as shards of a few tensors each, with an index. Returns the index. */
export function writeShards(folder: string, tensors: Tensors, perShard: number): Record<string, string> {
  const map: Record<string, string> = {};
  const names = [...tensors.keys()];
  const count = Math.ceil(names.length / perShard);
  for (let i = 0; i < count; i++) {
    const shard = `model-0000${i + 1}-of-0000${count}.safetensors`;
    const part = names.slice(i * perShard, (i + 1) * perShard);
    for (const name of part) map[name] = shard;
    const chosen = new Map(part.map((name) => [name, tensors.get(name)!]));
    Deno.writeFileSync(`${folder}/${shard}`, encodeSafetensors(chosen));
  }
  writeIndex(folder, map);
  return map;
}

/** Writes the index of shards. */
export function writeIndex(folder: string, weight_map: unknown): void {
  Deno.writeTextFileSync(
    `${folder}/model.safetensors.index.json`,
    JSON.stringify({ metadata: {}, weight_map }),
  );
}

/** A file of one or more tensors with arbitrary header entries. */
export function fileOf(header: unknown, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

/** The bytes of a typed array. */
export function bytesOf(array: ArrayBufferView<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** A folder whose only tensor `a` has these elements. */
export function writeOne(
  folder: string,
  dtype: string,
  array: ArrayBufferView<ArrayBuffer> & { readonly length: number },
) {
  const header = { a: { dtype, shape: [array.length], data_offsets: [0, array.byteLength] } };
  Deno.writeFileSync(`${folder}/model.safetensors`, fileOf(header, bytesOf(array)));
}

/** The weights of the golden model. */
export const real = readSafetensors(`${golden}/model.safetensors`) as Map<
  string,
  { shape: number[]; data: Float32Array<ArrayBuffer>; dtype: string }
>;
