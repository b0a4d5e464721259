/** The safetensors format. @module */
import { elementCount, type Shape } from "../tensor/shape.ts";
import { READABLE_TYPES, toFloats } from "./element_types.ts";
import { readFile } from "./model_files.ts";
import { damaged, headerLength, LENGTH_BYTES, parseHeader } from "./safetensors_header.ts";

/** A tensor of a file, converted to float32, or kept as integers. */
export interface StoredTensor {
  readonly shape: Shape;
  /** The element type in the file. */
  readonly dtype: string;
  readonly data: Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
}

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
  const file = { path, size: bytes.length };
  const dataStart = LENGTH_BYTES + headerLength(bytes.subarray(0, LENGTH_BYTES), file);
  const places = parseHeader(bytes.subarray(LENGTH_BYTES, dataStart), file);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, { shape, dtype, start, end }] of places) {
    if (!READABLE_TYPES.includes(dtype)) {
      throw damaged(path, `tensor "${name}" has the unsupported type ${dtype}.`);
    }
    tensors.set(name, { shape, dtype, data: convert(bytes.slice(start, end), { dtype, shape }) });
  }
  return tensors;
}

function convert(
  bytes: Uint8Array<ArrayBuffer>,
  type: { readonly dtype: string; readonly shape: Shape },
): StoredTensor["data"] {
  const { buffer } = bytes;
  switch (type.dtype) {
    case "F32":
      return new Float32Array(buffer);
    case "F64":
      return new Float64Array(buffer);
    case "I32":
      return new Int32Array(buffer);
    case "I64":
      return Int32Array.from(new BigInt64Array(buffer), Number);
    default: {
      const floats = new Float32Array(elementCount(type.shape));
      toFloats(bytes, floats, { dtype: type.dtype });
      return floats;
    }
  }
}

/**
 * Encodes float tensors as safetensors; those in float64 as F64.
 *
 * @param options.dtype how to store float32 tensors; default F32
 * @param options.metadata strings for the file's header
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, { readonly shape: Shape; readonly data: Float32Array | Float64Array }>,
  options: { readonly dtype?: "F32" | "F16"; readonly metadata?: Readonly<Record<string, string>> } = {},
): Uint8Array<ArrayBuffer> {
  const { dtype = "F32", metadata } = options;
  const header: Record<string, unknown> = metadata ? { __metadata__: metadata } : {};
  const stored = [...tensors.values()].map(({ data }) => {
    if (data instanceof Float64Array) return data;
    return dtype === "F16" ? new Float16Array(data) : data;
  });
  let end = 0;
  [...tensors].forEach(([name, { shape }], i) => {
    const { byteLength } = stored[i];
    const type = stored[i] instanceof Float64Array ? "F64" : dtype;
    header[name] = { dtype: type, shape, data_offsets: [end, end + byteLength] };
    end += byteLength;
  });
  const text = JSON.stringify(header);
  const headerBytes = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 8) * 8));
  const file = new Uint8Array(8 + headerBytes.length + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes.length), true);
  file.set(headerBytes, 8);
  let at = 8 + headerBytes.length;
  for (const { buffer, byteOffset, byteLength } of stored) {
    file.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return file;
}
