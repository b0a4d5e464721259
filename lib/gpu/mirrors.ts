/** Textures beside buffers, for adapters that read textures faster. @module */
import type { PooledBuffer } from "./pooled_buffer.ts";
import type { MirrorCopyCommand } from "./command.ts";
import type { Place } from "./places.ts";

/** A place other than the buffer itself. */
export type MirrorPlace = Exclude<Place, "buffer">;

/** Bytes of one row of a mirror. */
export const MIRROR_ROW_BYTES = 32768;

const FORMATS = { quads: "rgba32float", singles: "r32float", halves: "rgba16float" } as const;
const TEXEL_BYTES = { quads: 16, singles: 4, halves: 8 } as const;

interface Mirror {
  readonly buffer: PooledBuffer;
  readonly bytes: number;
  readonly texture: GPUTexture;
  readonly view: GPUTextureView;
}

/** Makes the mirrors of buffers, laid out flat: the texels follow each other row by row. */
export class Mirrors {
  readonly #device: GPUDevice;
  readonly #mirrors = {
    quads: new Map<number, Mirror>(),
    singles: new Map<number, Mirror>(),
    halves: new Map<number, Mirror>(),
  };

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Whether a texture can hold a buffer of this size. */
  fit({ size }: PooledBuffer): boolean {
    return rowsOf(size) <= this.#device.limits.maxTextureDimension2D;
  }

  /** What a kernel binds to reach a mirror. */
  view(buffer: PooledBuffer, place: MirrorPlace): GPUTextureView {
    return this.#mirrorOf(buffer, place).view;
  }

  /** The copy of the whole contents into a mirror, or back. */
  copy(buffer: PooledBuffer, place: MirrorPlace, kind: "mirror" | "unmirror"): MirrorCopyCommand {
    const bytesPerRow = Math.min(buffer.size, MIRROR_ROW_BYTES);
    return {
      kind,
      buffer: buffer.handle,
      bytesPerRow,
      texture: this.#mirrorOf(buffer, place).texture,
      width: bytesPerRow / TEXEL_BYTES[place],
      height: rowsOf(buffer.size),
    };
  }

  /** Destroys the mirrors of a buffer. */
  forget(buffer: PooledBuffer): void {
    for (const mirrors of Object.values(this.#mirrors)) {
      const mirror = mirrors.get(buffer.id);
      if (mirror) this.#destroy(mirror);
      mirrors.delete(buffer.id);
    }
  }

  /** Destroys all mirrors. */
  destroy(): void {
    for (const mirrors of Object.values(this.#mirrors)) {
      for (const mirror of mirrors.values()) this.#destroy(mirror);
      mirrors.clear();
    }
  }

  #mirrorOf(buffer: PooledBuffer, place: MirrorPlace): Mirror {
    const known = this.#mirrors[place].get(buffer.id);
    if (known) return known;
    const { STORAGE_BINDING, COPY_DST, COPY_SRC } = GPUTextureUsage;
    const [row, height] = [Math.min(buffer.size, MIRROR_ROW_BYTES), heightFor(rowsOf(buffer.size))];
    const texture = this.#device.createTexture({
      size: [row / TEXEL_BYTES[place], height],
      format: FORMATS[place],
      usage: STORAGE_BINDING | COPY_DST | COPY_SRC,
    });
    const mirror = { buffer, bytes: row * height, texture, view: texture.createView() };
    buffer.count("mirrors", mirror.bytes);
    this.#mirrors[place].set(buffer.id, mirror);
    return mirror;
  }

  #destroy({ buffer, texture, bytes }: Mirror): void {
    texture.destroy();
    buffer.count("mirrors", -bytes);
  }
}

/** The pool's sizes are at most one row, or whole rows. */
function rowsOf(bytes: number): number {
  return Math.ceil(bytes / MIRROR_ROW_BYTES);
}

/** Textures of up to so many rows have a power of two. */
const SMALL_HEIGHT = 16;

/**
 * The height of a mirror with this many rows. llvmpipe compiles a kernel anew for textures whose extents are powers of two
 * and for others, so small ones get some rows more: all kernels of a small model are compiled once.
 */
function heightFor(rows: number): number {
  return rows <= SMALL_HEIGHT ? 2 ** Math.ceil(Math.log2(rows)) : rows;
}
