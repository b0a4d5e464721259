/** The header of a safetensors file: which tensor lies where. @module */
import { type Shape, shapeText } from "../tensor/shape.ts";
import { ELEMENT_BYTES } from "./element_types.ts";

/** A tensor's place in a file. */
export interface StoredPlace {
  readonly shape: Shape;
  /** The element type, as safetensors names it. */
  readonly dtype: string;
  /** First byte in the file. */
  readonly start: number;
  /** One past the last byte in the file. */
  readonly end: number;
}

/** Bytes before the header: its length. */
export const LENGTH_BYTES = 8;
/** Longer headers are refused, as by the format's own library. */
const LONGEST_HEADER = 100_000_000;

/**
 * The length of the header.
 *
 * @param bytes the first eight bytes of the file, or all there are
 * @param file its path, for messages, and its size in bytes
 * @throws {Deno.errors.InvalidData} when the file is too short to hold what it announces
 */
export function headerLength(
  bytes: Uint8Array<ArrayBuffer>,
  file: { readonly path: string; readonly size: number },
): number {
  if (bytes.length < LENGTH_BYTES) {
    throw damaged(file.path, `it has ${bytes.length} bytes, at least ${LENGTH_BYTES} are required.`);
  }
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const following = file.size - LENGTH_BYTES;
  if (length > following) {
    throw damaged(file.path, `its header claims ${length} bytes, but only ${following} follow (truncated?).`);
  }
  if (length > LONGEST_HEADER) {
    throw damaged(file.path, `its header claims ${length} bytes; at most ${LONGEST_HEADER} are allowed.`);
  }
  return length;
}

/**
 * The places of all tensors, in the order in which they lie in the file.
 *
 * @param bytes the header
 * @param file its path, for messages, and its size in bytes
 * @throws {Deno.errors.InvalidData} when the header is not JSON, names a tensor twice or with an unknown type, or when
 * the tensors overlap, leave gaps, or do not fill the file
 */
export function parseHeader(
  bytes: Uint8Array<ArrayBuffer>,
  file: { readonly path: string; readonly size: number },
): Map<string, StoredPlace> {
  const fail = (reason: string) => damaged(file.path, reason);
  const dataStart = LENGTH_BYTES + bytes.length;
  const places: [string, StoredPlace][] = [];
  for (const [name, entry] of entriesOf(bytes, fail)) {
    if (name !== "__metadata__") places.push([name, placeOf(name, entry, { dataStart, fail })]);
  }
  places.sort(([, a], [, b]) => a.start - b.start || a.end - b.end);
  let end = dataStart;
  let before = "";
  for (const [name, place] of places) {
    if (place.start < end) throw fail(`tensors "${before}" and "${name}" overlap.`);
    if (place.start > end) throw fail(`${place.start - end} bytes before tensor "${name}" belong to none.`);
    [before, end] = [name, place.end];
  }
  if (end > file.size) {
    throw fail(`tensor "${before}" ends at byte ${end}, but the file has only ${file.size} (truncated?).`);
  }
  if (end < file.size) throw fail(`${file.size - end} bytes after its last tensor belong to none.`);
  return new Map(places);
}

/** An error about a file that is not what it should be. */
export function damaged(path: string, reason: string): Error {
  return new Deno.errors.InvalidData(`${path} is not a valid safetensors file: ${reason}`);
}

function entriesOf(bytes: Uint8Array, fail: (reason: string) => Error): [string, unknown][] {
  let text: string, header: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    header = JSON.parse(text);
  } catch (error) {
    throw fail(`its header is not JSON (${(error as Error).message}).`);
  }
  if (header === null || typeof header !== "object" || Array.isArray(header)) {
    throw fail("its header is not a JSON object.");
  }
  const twice = repeatedKey(text);
  if (twice !== null) throw fail(`its header names "${twice}" twice.`);
  return Object.entries(header);
}

/** A key that stands twice in the outermost object of a JSON text; parsing keeps the last one without a word. */
function repeatedKey(json: string): string | null {
  const seen = new Set<string>();
  let depth = 0;
  for (const [token, name] of json.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}[\]]/gu)) {
    if (token === "{" || token === "[") depth += 1;
    else if (token === "}" || token === "]") depth -= 1;
    else if (name !== undefined && depth === 1) {
      const key: string = JSON.parse(name);
      if (seen.has(key)) return key;
      seen.add(key);
    }
  }
  return null;
}

function placeOf(
  name: string,
  entry: unknown,
  context: { readonly dataStart: number; readonly fail: (reason: string) => Error },
): StoredPlace {
  const { dataStart, fail } = context;
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  const width = Object.hasOwn(ELEMENT_BYTES, String(dtype)) ? ELEMENT_BYTES[String(dtype)] : 0;
  if (width === 0) throw fail(`tensor "${name}" has the unknown type ${JSON.stringify(dtype)}.`);
  if (!isRowOfCounts(shape)) throw fail(`tensor "${name}" has the shape ${JSON.stringify(shape)}.`);
  if (!isRowOfCounts(offsets) || offsets.length !== 2) {
    throw fail(`tensor "${name}" has the offsets ${JSON.stringify(offsets)}.`);
  }
  const [from, to] = offsets;
  if (to - from !== shape.reduce((count, extent) => count * extent, width)) {
    throw fail(`tensor "${name}" of shape ${shapeText(shape)} does not fill its bytes ${from}–${to}.`);
  }
  return { shape, dtype: String(dtype), start: dataStart + from, end: dataStart + to };
}

function isRowOfCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);
}
