import { assert, assertEquals } from "@std/assert";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { indexedPng } from "../../lib/plot/indexed_png.ts";

const width = 64;
const height = 48;

/** A picture whose pixels have the colours that a function gives. */
function picture(colour: (i: number) => readonly [number, number, number]): Uint8Array {
  return Uint8Array.from({ length: 4 * width * height }, (_, i) => i % 4 === 3 ? 255 : colour(i >> 2)[i % 4]);
}

let ready: Promise<void> | undefined;

/** Decodes a PNG file with the decoder of resvg. */
async function decoded(png: Uint8Array<ArrayBuffer>, size = { width, height }): Promise<Uint8Array> {
  await (ready ??= (async () => {
    await initWasm(await Deno.readFile(new URL(import.meta.resolve("@resvg/resvg-wasm/index_bg.wasm"))));
  })());
  const lengths = `width="${size.width}" height="${size.height}"`;
  const image = `<image href="data:image/png;base64,${png.toBase64()}" ${lengths}/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${lengths}>${image}</svg>`;
  return new Resvg(svg).render().pixels;
}

Deno.test("indexedPng keeps every pixel of a picture of few colours", async () => {
  const bytes = picture((i) => [i % 3 * 100, i % 5 * 50, 7]);
  const png = await indexedPng({ bytes, width, height });
  assertEquals(png[25], 3);
  assertEquals(await decoded(png), bytes);
});

Deno.test("indexedPng moves rare shades a little", async () => {
  const bytes = picture((i) => i < 400 ? [i >> 2, 120, 2 * (i & 3)] : [i % 100, 120, 0]);
  const png = await indexedPng({ bytes, width, height });
  assertEquals(png[25], 3);
  const pixels = await decoded(png);
  assert(pixels.every((value, i) => Math.abs(value - bytes[i]) <= 16));
});

Deno.test("indexedPng keeps all colours where many pixels would change", async () => {
  const wide = { width: 1024, height: 64 };
  const bytes = new Uint8Array(4 * wide.width * wide.height).fill(255);
  for (let i = 0; i < wide.width * wide.height; i++) {
    const block = Math.floor(i / 128); // 512 colours of 128 pixels each, far from each other
    bytes.set([block % 8 * 32, (block >> 3) % 8 * 32, (block >> 6) * 32], 4 * i);
  }
  const png = await indexedPng({ bytes, ...wide });
  assertEquals(png[25], 2);
  assertEquals(await decoded(png, wide), bytes);
});
