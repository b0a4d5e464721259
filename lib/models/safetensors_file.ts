/** A safetensors file that is read tensor by tensor. @module */
import { elementCount } from "../tensor/shape.ts";
import { areFinite, ELEMENT_BYTES, READABLE_TYPES, toFloats } from "./element_types.ts";
import { damaged, headerLength, LENGTH_BYTES, parseHeader, type StoredPlace } from "./safetensors_header.ts";

/** How much is read at once where what is read must be looked at: small enough to stay in the processor's cache. */
const CHUNK_BYTES = 1 << 16;

/** An open file, of which only the header and what is asked for is read. */
export class SafetensorsFile implements Disposable {
  readonly path: string;
  readonly size: number;
  /** The places of the tensors, in the order in which they lie in the file. */
  readonly places: ReadonlyMap<string, StoredPlace>;
  readonly #file: Deno.FsFile;
  readonly #chunk = new Uint8Array(CHUNK_BYTES);

  /**
   * Opens a file and reads its header.
   *
   * @throws {Deno.errors.NotFound} when there is none
   * @throws {Deno.errors.InvalidData} when it is truncated or malformed, saying how
   */
  constructor(path: string) {
    this.path = path;
    this.#file = open(path);
    try {
      this.size = this.#file.statSync().size;
      const file = { path, size: this.size };
      const first = new Uint8Array(Math.min(LENGTH_BYTES, this.size));
      this.#read(first, 0);
      const header = new Uint8Array(headerLength(first, file));
      this.#read(header, LENGTH_BYTES);
      this.places = parseHeader(header, file);
    } catch (error) {
      this.#file.close();
      throw error;
    }
  }

  /**
   * Reads elements of a tensor as float32.
   *
   * @param name of a tensor that the file has
   * @param target what to fill
   * @param options.start the first element to read. Default 0
   * @param options.finite whether to refuse NaN and infinities. Default true
   * @throws {Deno.errors.InvalidData} for a type that does not convert, and for numbers that are refused
   */
  readInto(
    name: string,
    target: Float32Array<ArrayBuffer>,
    options: { readonly start?: number; readonly finite?: boolean } = {},
  ): void {
    const { start = 0, finite = true } = options;
    const { shape, dtype, start: offset } = this.places.get(name)!;
    if (!READABLE_TYPES.includes(dtype)) {
      throw new Deno.errors.InvalidData(
        `Tensor "${name}" of ${this.path} has elements of type ${dtype}; ${
          READABLE_TYPES.join(", ")
        } can be read.`,
      );
    }
    if (start < 0 || start + target.length > elementCount(shape)) {
      throw new RangeError(
        `Cannot read elements ${start} to ${start + target.length} of tensor "${name}", ` +
          `which has ${elementCount(shape)}.`,
      );
    }
    const width = ELEMENT_BYTES[dtype];
    const step = CHUNK_BYTES / width;
    for (let i = 0; i < target.length; i += step) {
      const part = target.subarray(i, Math.min(i + step, target.length));
      const at = offset + (start + i) * width;
      const isFinite = dtype === "F32" ? this.#readFloats(part, at) : this.#convert(part, { at, dtype });
      if (finite && !isFinite) throw notFinite(part, { name, path: this.path, first: start + i });
    }
  }

  /** The stored bytes of a tensor that the file has, whatever their type. */
  readBytes(name: string): Uint8Array<ArrayBuffer> {
    const { start, end } = this.places.get(name)!;
    const bytes = new Uint8Array(end - start);
    this.#read(bytes, start);
    return bytes;
  }

  /** All bytes of the file, in pieces that are valid until the next is asked for. */
  *pieces(): Generator<Uint8Array<ArrayBuffer>> {
    for (let at = 0; at < this.size; at += CHUNK_BYTES) {
      const piece = this.#chunk.subarray(0, Math.min(CHUNK_BYTES, this.size - at));
      this.#read(piece, at);
      yield piece;
    }
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#file.close();
  }

  #readFloats(target: Float32Array<ArrayBuffer>, at: number): boolean {
    this.#read(new Uint8Array(target.buffer, target.byteOffset, target.byteLength), at);
    return areFinite(target);
  }

  #convert(
    target: Float32Array<ArrayBuffer>,
    stored: { readonly at: number; readonly dtype: string },
  ): boolean {
    const bytes = this.#chunk.subarray(0, target.length * ELEMENT_BYTES[stored.dtype]);
    this.#read(bytes, stored.at);
    return toFloats(bytes, target, { dtype: stored.dtype });
  }

  #read(target: Uint8Array<ArrayBuffer>, at: number): void {
    this.#file.seekSync(at, Deno.SeekMode.Start);
    for (let done = 0; done < target.length;) {
      const count = this.#file.readSync(target.subarray(done));
      if (count === null) throw damaged(this.path, "it became shorter while it was read.");
      done += count;
    }
  }
}

function open(path: string): Deno.FsFile {
  try {
    return Deno.openSync(path);
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound;
    const reason = isMissing ? "there is no such file" : (error as Error).message;
    const kind = isMissing ? Deno.errors.NotFound : Error;
    throw new kind(`Cannot read the model file ${path}: ${reason}.`, { cause: error });
  }
}

function notFinite(
  values: Float32Array,
  place: { readonly name: string; readonly path: string; readonly first: number },
): Error {
  const at = values.findIndex((value) => !Number.isFinite(value));
  return new Deno.errors.InvalidData(
    `Tensor "${place.name}" of ${place.path} holds ${values[at]} as element ${place.first + at}; ` +
      "weights must be finite.",
  );
}
