/** Arrays on the GPU. @module */
import { displaySymbol, inspectSymbol, type RichDisplay } from "../display/rich_display.ts";
import type { BufferRange } from "../gpu/pooled_buffer.ts";
import type { PooledBuffer } from "../gpu/pooled_buffer.ts";
import type { Gpu } from "../gpu/gpu.ts";
import { elementCount, sameShape, type Shape, shapeText } from "./shape.ts";
import { tensorDisplay, tensorLine } from "./tensor_display.ts";

/** Element types. `f16` takes two bytes and is read by products and by rows of a table only: frozen weights. */
export type DataType = "f32" | "i32" | "u32" | "f16";

/** The typed arrays that hold tensor contents on the CPU. */
export type TensorData =
  | Float32Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Float16Array<ArrayBuffer>;

/** What autograd attaches to a tensor that depends on watched tensors; opaque here. */
export interface Origin {
  readonly tape: object;
}

/** Bytes of an element. */
const BYTES: Readonly<Record<DataType, number>> = { f32: 4, i32: 4, u32: 4, f16: 2 };

/**
 * A dense row-major array on the GPU, or a view into one.
 *
 * A tensor made inside a scope is released at its end unless it is returned; one made outside belongs to the
 * caller (`using`, or {@linkcode Tensor.dispose}). Views do not own their buffer.
 */
export class Tensor implements Disposable {
  /** Set by autograd on results that depend on a watched tensor. */
  origin: Origin | null = null;

  /** Use {@linkcode empty}, {@linkcode tensor} or {@linkcode Tensor.view}. */
  constructor(
    readonly gpu: Gpu,
    readonly buffer: PooledBuffer,
    readonly shape: Shape,
    readonly dtype: DataType,
    /** Position of the first element in the buffer, in elements. */
    readonly offset: number,
    readonly isView: boolean,
  ) {}

  /** Number of elements. */
  get size(): number {
    return elementCount(this.shape);
  }

  /** The bytes of the buffer that this tensor covers, as a kernel binding. */
  get range(): BufferRange {
    const bytes = BYTES[this.dtype];
    const range = { buffer: this.buffer, offset: this.offset * bytes, size: this.size * bytes };
    return this.dtype === "f16" ? { ...range, half: true } : range;
  }

  /**
   * The same elements under another shape, or a contiguous part of them.
   *
   * @param shape of the view
   * @param offset first element of the view, counted from this tensor's first
   * @throws {RangeError} when the view reaches beyond this tensor
   */
  view(shape: Shape, offset = 0): Tensor {
    if (offset < 0 || offset + elementCount(shape) > this.size) {
      throw new RangeError(
        `view() of shape ${shapeText(shape)} at element ${offset} reaches beyond a tensor of shape ` +
          `${shapeText(this.shape)}.`,
      );
    }
    const view = new Tensor(this.gpu, this.buffer, shape, this.dtype, this.offset + offset, true);
    if (offset === 0 && elementCount(shape) === this.size) view.origin = this.origin;
    return view;
  }

  /** This tensor under another shape of equal size, owning the buffer as this one does. */
  reshaped(shape: Shape): Tensor {
    if (sameShape(shape, this.shape)) return this;
    if (elementCount(shape) !== this.size) {
      throw new RangeError(`Cannot reshape ${shapeText(this.shape)} to ${shapeText(shape)}.`);
    }
    const same = new Tensor(this.gpu, this.buffer, shape, this.dtype, this.offset, this.isView);
    same.origin = this.origin;
    return same;
  }

  /** Reads the elements back, waiting for the GPU (about 0.2 ms). */
  read(): TensorData {
    const bytes = this.gpu.read(this.range);
    if (this.dtype === "f32") return new Float32Array(bytes);
    if (this.dtype === "f16") return new Float16Array(bytes);
    return this.dtype === "i32" ? new Int32Array(bytes) : new Uint32Array(bytes);
  }

  /** Reads float elements back. */
  readFloats(): Float32Array<ArrayBuffer> {
    const bytes = this.gpu.read(this.range);
    return this.dtype === "f16" ? new Float32Array(new Float16Array(bytes)) : new Float32Array(bytes);
  }

  /** Reads the only element back. */
  item(): number {
    if (this.size !== 1) {
      throw new RangeError(`item() needs one element; the shape is ${shapeText(this.shape)}.`);
    }
    return this.read()[0];
  }

  /** Overwrites the elements, after everything issued so far. */
  write(data: TensorData): void {
    if (data.length !== this.size) {
      throw new RangeError(
        `write() needs ${this.size} values for a tensor of shape ${
          shapeText(this.shape)
        }; ${data.length} were given.`,
      );
    }
    this.gpu.write(this.range, data);
  }

  /** Gives the buffer back; does nothing on a view. */
  dispose(): void {
    if (!this.isView) this.gpu.release(this.buffer);
  }

  /** See {@linkcode Tensor.dispose}. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Shape, type and, of a small tensor, values. */
  [displaySymbol](): RichDisplay {
    return tensorDisplay(this);
  }

  /** Shape and type; reads nothing back. */
  [inspectSymbol](): string {
    return tensorLine(this);
  }
}

/** A tensor with undefined contents. */
export function empty(gpu: Gpu, shape: Shape, options: { readonly dtype?: DataType } = {}): Tensor {
  const { dtype = "f32" } = options;
  const buffer = gpu.acquire(Math.max(1, elementCount(shape)) * BYTES[dtype]);
  return new Tensor(gpu, buffer, shape, dtype, 0, false);
}

/** A tensor of zeros. */
export function zeros(gpu: Gpu, shape: Shape, options: { readonly dtype?: DataType } = {}): Tensor {
  const result = empty(gpu, shape, options);
  gpu.clear(result.range);
  return result;
}

/**
 * A tensor with the given contents.
 *
 * @param data row-major elements; the element type follows the array's
 * @param shape defaults to one dimension
 *
 * @example Make a tensor, read it back
 * ```ts
 * import { openGpu, tensor } from "gorp";
 * using gpu = await openGpu();
 * using a = tensor(gpu, new Float32Array([1, 2, 3, 4]), [2, 2]);
 * console.log(a.shape, a.read());
 * ```
 */
export function tensor(gpu: Gpu, data: TensorData, shape: Shape = [data.length]): Tensor {
  if (elementCount(shape) !== data.length) {
    throw new RangeError(
      `tensor() of shape ${shapeText(shape)} needs ${elementCount(shape)} values; ${data.length} were given.`,
    );
  }
  const result = empty(gpu, shape, { dtype: dataTypeOf(data) });
  if (data.length > 0) result.write(data);
  return result;
}

function dataTypeOf(data: TensorData): DataType {
  if (data instanceof Float32Array) return "f32";
  if (data instanceof Float16Array) return "f16";
  return data instanceof Int32Array ? "i32" : "u32";
}

/** Whether kernels can bind a tensor where it begins in its buffer; a view may begin elsewhere. */
export function isBindable({ gpu, range }: Tensor): boolean {
  return range.offset % gpu.device.limits.minStorageBufferOffsetAlignment === 0;
}

/** Copies one tensor's elements over another's of the same size; float16 ones by way of the CPU. */
export function copyInto(source: Tensor, target: Tensor): void {
  if (source.size !== target.size) {
    throw new RangeError(`Cannot copy ${shapeText(source.shape)} over ${shapeText(target.shape)}.`);
  }
  if (source.dtype === "f16") target.write(source.readFloats());
  else source.gpu.copy(source.range, target.range, source.size * BYTES[source.dtype]);
}
