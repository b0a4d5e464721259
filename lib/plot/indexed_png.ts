/** Pictures of few colours as small PNG files. @module */
import { crc32 } from "node:zlib";

/** Opaque pixels, row by row. */
export interface Pixels {
  /** Four bytes a pixel: red, green, blue, and one that is ignored. */
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

const COLOURS = 256;
/** A colour may be moved by this much in red, green or blue, of 255, or further if it has few pixels. */
const FARTHEST = 16;
const FEW_PIXELS = 64;

/**
 * Encodes pixels as PNG with a palette of the 256 most frequent colours; the others, shades at the edges of
 * letters and lines, go to the nearest of them. A third of the size of what keeps every shade, to the same eye.
 * Pixels with too many colours for that keep them all.
 *
 * @returns the bytes of a PNG file
 *
 * @example One red pixel
 * ```ts
 * import { plot } from "gorp";
 * const png = await plot.indexedPng({ bytes: Uint8Array.of(255, 0, 0, 255), width: 1, height: 1 });
 * console.log(png.length);
 * ```
 */
export async function indexedPng({ bytes, width, height }: Pixels): Promise<Uint8Array<ArrayBuffer>> {
  const colours = new Uint32Array(width * height);
  for (let i = 0; i < colours.length; i++) {
    colours[i] = bytes[4 * i] << 16 | bytes[4 * i + 1] << 8 | bytes[4 * i + 2];
  }
  const counts = new Map<number, number>();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const palette = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, COLOURS).map(([colour]) =>
    colour
  );
  const places = palettePlaces(counts, palette);
  const size = places === undefined ? 3 : 1;
  const rows = new Uint8Array(height * (1 + size * width)); // each row starts with its filter, 0
  for (let y = 0, from = 0, to = 0; y < height; y++) {
    to++;
    for (let x = 0; x < width; x++, from++) {
      if (places !== undefined) {
        rows[to++] = places.get(colours[from])!;
      } else {
        for (let shift = 16; shift >= 0; shift -= 8) rows[to++] = colours[from] >> shift & 255;
      }
    }
  }
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint8(8, 8); // bits
  header.setUint8(9, places === undefined ? 2 : 3); // red, green and blue; or places in the palette
  const table = Uint8Array.from(palette.flatMap((colour) => [colour >> 16, colour >> 8 & 255, colour & 255]));
  return join([
    Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10),
    chunk("IHDR", new Uint8Array(header.buffer)),
    ...(places === undefined ? [] : [chunk("PLTE", table)]),
    chunk("IDAT", await deflate(rows)),
    chunk("IEND", new Uint8Array()),
  ]);
}

/** The nearest place in the palette for each colour; undefined if that is too far for one with many pixels. */
function palettePlaces(
  counts: ReadonlyMap<number, number>,
  palette: readonly number[],
): Map<number, number> | undefined {
  const places = new Map(palette.map((colour, place) => [colour, place]));
  for (const [colour, count] of counts) {
    if (places.has(colour)) continue;
    const distances = palette.map((other) => distance(colour, other));
    const least = Math.min(...distances);
    if (least > FARTHEST && count > FEW_PIXELS) return undefined;
    places.set(colour, distances.indexOf(least));
  }
  return places;
}

/** The greatest difference in red, green or blue. */
function distance(a: number, b: number): number {
  return Math.max(
    Math.abs((a >> 16) - (b >> 16)),
    Math.abs((a >> 8 & 255) - (b >> 8 & 255)),
    Math.abs((a & 255) - (b & 255)),
  );
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const body = join([new TextEncoder().encode(name), data]);
  const frame = new DataView(new ArrayBuffer(4));
  const end = new DataView(new ArrayBuffer(4));
  frame.setUint32(0, data.length);
  end.setUint32(0, crc32(body));
  return join([new Uint8Array(frame.buffer), body, new Uint8Array(end.buffer)]);
}

async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}
