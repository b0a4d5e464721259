/**
 * How wide text is, read from a TrueType font, so that plotly can place labels without a browser.
 *
 * @module
 */

/** Width of text in em. */
export interface FontMetrics {
  /** Width of one line of text as a multiple of the font size. */
  width(text: string): number;
}

/**
 * Reads the advance widths of a TrueType font.
 *
 * Source: Apple's and Microsoft's TrueType specification, tables `head`, `hhea`, `hmtx` and `cmap` (format 4).
 *
 * @param bytes a `.ttf` file
 * @throws {RangeError} if the font has no Unicode character map of format 4
 */
export function fontMetrics(bytes: Uint8Array<ArrayBuffer>): FontMetrics {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tables = tableOffsets(view);
  const unitsPerEm = view.getUint16(tables["head"] + 18);
  const advances = view.getUint16(tables["hhea"] + 34);
  const glyphOf = characterMap(view, tables["cmap"]);
  const advance = (glyph: number) =>
    view.getUint16(tables["hmtx"] + 4 * Math.min(glyph, advances - 1)) / unitsPerEm;
  return {
    width: (text) =>
      [...text].reduce((sum, character) => sum + advance(glyphOf(character.codePointAt(0)!)), 0),
  };
}

function tableOffsets(view: DataView): Record<string, number> {
  const offsets: Record<string, number> = {};
  for (let i = 0; i < view.getUint16(4); i++) {
    const entry = 12 + 16 * i;
    const tag = String.fromCharCode(...[0, 1, 2, 3].map((byte) => view.getUint8(entry + byte)));
    offsets[tag] = view.getUint32(entry + 8);
  }
  return offsets;
}

function characterMap(view: DataView, cmap: number): (codePoint: number) => number {
  for (let i = 0; i < view.getUint16(cmap + 2); i++) {
    const map = cmap + view.getUint32(cmap + 4 + 8 * i + 4);
    if (view.getUint16(map) === 4) return segmentLookup(view, map);
  }
  throw new RangeError("Reading a font needs a character map of format 4; the font given has none.");
}

/** Format 4: segments of consecutive code points, found by their ends. */
function segmentLookup(view: DataView, map: number): (codePoint: number) => number {
  const doubled = view.getUint16(map + 6);
  const [ends, starts] = [map + 14, map + 16 + doubled];
  const [deltas, ranges] = [starts + doubled, starts + 2 * doubled];
  return (codePoint) => {
    for (let at = 0; at < doubled; at += 2) {
      if (view.getUint16(ends + at) < codePoint) continue;
      const start = view.getUint16(starts + at);
      if (start > codePoint) return 0;
      const range = view.getUint16(ranges + at);
      const delta = view.getUint16(deltas + at);
      if (range === 0) return (codePoint + delta) & 0xffff;
      const glyph = view.getUint16(ranges + at + range + 2 * (codePoint - start));
      return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
    }
    return 0;
  };
}
