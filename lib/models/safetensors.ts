/** The safetensors format. @module */
import { readFile } from "./model_files.ts";
import { elementCount, type Shape, shapeText } from "../tensor/shape.ts";

/** A tensor of a file, converted to float32, or kept as integers. */
export interface StoredTensor {
  readonly shape: Shape;
  /** The element type in the file. */
  readonly dtype: string;
  readonly data: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
}

interface Entry {
  readonly dtype: string;
  readonly shape: number[];
  readonly data_offsets: [number, number];
}

const BYTES: Readonly<Record<string, number>> = { F64: 8, F32: 4, F16: 2, BF16: 2, I32: 4, I64: 8 };

/**
 * Reads a safetensors file.
 *
 * @returns tensors by name; F16 and BF16 become float32, I64 becomes int32
 * @throws {Error} when the file is missing, truncated or malformed, naming what is wrong
 */
export function readSafetensors(path: string): Map<string, StoredTensor> {
  return parseSafetensors(readFile(path), path);
}

/** Reads safetensors from memory; `path` is only used in messages. */
export function parseSafetensors(bytes: Uint8Array<ArrayBuffer>, path: string): Map<string, StoredTensor> {
  const fail = (reason: string) =>
    new Deno.errors.InvalidData(`${path} is not a valid safetensors file: ${reason}`);
  if (bytes.length < 8) throw fail(`it has ${bytes.length} bytes, at least 8 are required.`);
  const headerLength = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (8 + headerLength > bytes.length) {
    throw fail(`its header claims ${headerLength} bytes, but only ${bytes.length - 8} follow (truncated?).`);
  }
  const header = parseHeader(bytes.subarray(8, 8 + headerLength), fail);
  const start = bytes.byteOffset + 8 + headerLength;
  const available = bytes.length - 8 - headerLength;
  const tensors = new Map<string, StoredTensor>();
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    checkEntry(name, entry, available, fail);
    const [from, to] = entry.data_offsets;
    const part = bytes.buffer.slice(start + from, start + to);
    tensors.set(name, { shape: entry.shape, dtype: entry.dtype, data: convert(entry.dtype, part) });
  }
  return tensors;
}

function parseHeader(bytes: Uint8Array, fail: (reason: string) => Error): Record<string, Entry> {
  try {
    const header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (header === null || typeof header !== "object" || Array.isArray(header)) {
      throw new Error("not an object");
    }
    return header;
  } catch (error) {
    throw fail(`its header is not JSON (${(error as Error).message}).`);
  }
}

function checkEntry(name: string, entry: Entry, available: number, fail: (reason: string) => Error): void {
  const width = BYTES[entry?.dtype];
  if (!width) throw fail(`tensor "${name}" has the unsupported type ${JSON.stringify(entry?.dtype)}.`);
  const { shape, data_offsets: offsets } = entry;
  if (!Array.isArray(shape) || shape.some((extent) => !Number.isSafeInteger(extent) || extent < 0)) {
    throw fail(`tensor "${name}" has the shape ${JSON.stringify(shape)}.`);
  }
  if (!Array.isArray(offsets) || !offsets.every(Number.isSafeInteger) || offsets[0] < 0) {
    throw fail(`tensor "${name}" has the offsets ${JSON.stringify(offsets)}.`);
  }
  if (offsets[1] - offsets[0] !== elementCount(shape) * width) {
    throw fail(`tensor "${name}" of shape ${shapeText(shape)} does not fill its bytes ${offsets.join("–")}.`);
  }
  if (offsets[1] > available) {
    throw fail(`tensor "${name}" ends at byte ${offsets[1]} of ${available} (truncated?).`);
  }
}

function convert(dtype: string, part: ArrayBuffer): StoredTensor["data"] {
  switch (dtype) {
    case "F32":
      return new Float32Array(part);
    case "F64":
      return new Float64Array(part);
    case "I32":
      return new Int32Array(part);
    case "I64":
      return Int32Array.from(new BigInt64Array(part), Number);
    case "F16":
      return Float32Array.from(new Float16Array(part));
    default: {
      const halves = new Uint16Array(part);
      const words = new Uint32Array(halves.length);
      for (let i = 0; i < halves.length; i++) words[i] = halves[i] << 16;
      return new Float32Array(words.buffer);
    }
  }
}

/**
 * Encodes float tensors as safetensors.
 *
 * @param options.dtype how to store them; default F32
 * @param options.metadata strings for the file's header
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, { readonly shape: Shape; readonly data: Float32Array }>,
  options: { readonly dtype?: "F32" | "F16"; readonly metadata?: Readonly<Record<string, string>> } = {},
): Uint8Array<ArrayBuffer> {
  const { dtype = "F32", metadata } = options;
  const header: Record<string, unknown> = metadata ? { __metadata__: metadata } : {};
  let end = 0;
  for (const [name, { shape, data }] of tensors) {
    const bytes = data.length * BYTES[dtype];
    header[name] = { dtype, shape, data_offsets: [end, end + bytes] };
    end += bytes;
  }
  const text = JSON.stringify(header);
  const headerBytes = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 8) * 8));
  const file = new Uint8Array(8 + headerBytes.length + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes.length), true);
  file.set(headerBytes, 8);
  let at = 8 + headerBytes.length;
  for (const { data } of tensors.values()) {
    const stored = dtype === "F16" ? new Float16Array(data) : new Float32Array(data);
    file.set(new Uint8Array(stored.buffer), at);
    at += stored.byteLength;
  }
  return file;
}
